"""What is learnt from cases, as people work on it."""
