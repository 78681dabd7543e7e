"""The pages people read and the forms on them, one module a page."""
