"""From the text of a file to a model: YAML with its lines, and every mistake with its place and its words."""
