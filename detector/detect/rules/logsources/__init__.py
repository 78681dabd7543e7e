"""What a rule's log source means here: which events, and what its fields are called in them."""
