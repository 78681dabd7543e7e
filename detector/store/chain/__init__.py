"""The chain over the state: every change of a row of a case, hashed together with all changes before it."""
