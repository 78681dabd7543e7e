"""Notices: what a law asks to be told, filled from what is known of a case. Pure."""
