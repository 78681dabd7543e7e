"""Build and run the program: join the stages, turns, transactions, reload and stop; replay and training on one core.

Comes in: settings. Goes out: a service. It decides nothing about logs or people; the stages do.
"""
