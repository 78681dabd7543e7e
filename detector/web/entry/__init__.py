"""Who comes in: signing in and out, invitations, links from messages, and who is in front of a page."""
