"""What is learnt from a case: actions that are to be taken so that it does not come again."""
