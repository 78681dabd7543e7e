"""What accounts, services and logs usually do in a day."""
