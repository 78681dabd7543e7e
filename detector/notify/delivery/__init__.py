"""Bring messages to people: the sender of the outbox, tries at targets, trial messages.

Comes in: messages of the outbox, and what targets are called. Goes out: the result of each try, in the store. It
decides nothing about who is told: that is ``detector.notify``. Each module is imported by its name, so that whoever
tries a target does not load what the sender needs.
"""
