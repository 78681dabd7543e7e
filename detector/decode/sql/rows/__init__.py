"""How many rows a statement is about, and whether it shows them: limits, figures, named values, open conditions."""
