"""What a statement does with tables, as values, and what routes of the record map say of them."""
