"""Commands for what is learnt from a case."""
