"""What ``nabat check`` looks at: the settings, each source's first lines, the record map, the running service."""
