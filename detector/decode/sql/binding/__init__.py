"""Which tables of a query its conditions bound: those that are plainly about a column of the table, and joins of these.

Comes in: a statement. Goes out: ``Binding``, which tells of a table whether it is bound. What a condition that is not
plain leaves, ``open_conditions`` says.
"""
