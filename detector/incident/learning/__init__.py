"""Learning from a case: actions that follow from it."""
