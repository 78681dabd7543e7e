"""Which requests, actions and tables look like client data."""
