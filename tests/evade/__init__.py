"""Tricks of people who do not want to be found, each beside the same theft without the trick.

``house`` is the company and its lines, ``tricks`` the table, ``attempt`` one try through replay or a running service,
``python -m tests.evade`` all of them.
"""
