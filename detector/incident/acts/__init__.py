"""What people do to an incident."""
