"""The program built and run: stages joined, turns, transactions, reload, stop; replay and learning on the same core.

Comes in: settings. Goes out: a service. It decides nothing about logs or people itself; that is the stages' business.
"""
