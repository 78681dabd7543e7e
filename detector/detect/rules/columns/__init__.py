"""A frame read once: expressions, texts as numbers, keys of acts and lists."""
