"""How well sources were watched hour by hour, and what that says of the time of a case."""
