"""The checks of ``nabat check``: settings, first lines of each source, record map, running service."""
