"""The example incident of the documentation: a leak from its first line to the closed case, and what is made of it."""
