"""How ready the company is, for one person and for the service: gathered, tested, reported."""
