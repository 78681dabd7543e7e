"""Laws as data, and the deadlines they set."""
