"""The configuration as a file: YAML with comments, put in place whole or not at all."""
