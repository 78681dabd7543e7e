"""Documents at work: read and written in the store by whoever may."""
