"""Access lines of web servers."""
