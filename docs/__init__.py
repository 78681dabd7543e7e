"""The documentation: pages in Markdown, ``generate``, which writes their generated parts, and ``site``, the hooks of mkdocs.yml."""
