"""SQL as far as it tells which tables a statement touches, how, and which rows.

Comes in: the text of statements. Goes out: tables, what is done with them, and ids they are picked by. No grammar is
checked, nothing is executed or sent anywhere.
"""
