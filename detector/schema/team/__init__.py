"""The people who work on incidents: their accounts, what they may do, and messages to them."""
