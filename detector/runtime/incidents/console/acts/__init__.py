"""What people do with an incident: each kind of act a class that the console is made of."""
