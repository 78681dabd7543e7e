"""Planned work: what may be expected of whom, who says so, and what that mutes.

``expected_kinds`` reads what is expected, ``planned_work`` is what people do, ``exception_mutes`` makes the orders that
grouping obeys.
"""
