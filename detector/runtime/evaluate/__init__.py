"""Judge simulated companies whose truth is known, and count what was found, how soon, and how many pages were false.

Comes in: the folder of a simulated company. Goes out: figures (``evaluate_company``) and the page about them
(``evaluation_page``). Everything between the lines and the incidents is the real thing. It simulates nothing itself.
"""
