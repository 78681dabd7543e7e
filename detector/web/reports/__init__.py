"""Reports from outside: the pages of those who take them in, and the form that is open to everybody."""
