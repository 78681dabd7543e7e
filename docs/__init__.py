"""Documentation: the pages, ``generate``, which writes their tables, and ``site``, the hooks of mkdocs.yml."""
