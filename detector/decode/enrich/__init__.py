"""Who, from where, with what: accounts, addresses, user agents."""
