"""Commands about the team: who is called, who may do what, what is expected or muted."""
