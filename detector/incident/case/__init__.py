"""The incident itself: open, extend, merge and escalate it, and name it."""
