"""Notices at work: made of what the store knows of a case, drafted, compared, by whoever may."""
