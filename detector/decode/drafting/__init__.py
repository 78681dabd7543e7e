"""A format drafted for lines that none reads, and why none reads them."""
