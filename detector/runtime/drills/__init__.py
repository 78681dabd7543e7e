"""Drills as the service plays them: their lines, their findings, their end."""
