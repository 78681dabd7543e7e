"""The documentation: pages in Markdown, and ``generate``, which rewrites the parts of them that the code knows."""
