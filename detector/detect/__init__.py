"""Events become findings: ordering, Sigma rules, behaviour. A pure fold (``core``): no clock, no I/O.

Comes in: event frames. Goes out: ``schema.findings.Finding``, and a state that converts to tables for snapshots.
"""
