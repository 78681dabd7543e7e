"""Answers to what laws ask, each a function of what is known of a case. Pure."""
