"""Conditions of a WHERE: as a tree, what they leave of a table, and the ids they pick rows by."""
