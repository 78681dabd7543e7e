"""What becomes of an incident that is open: it grows graver, is merged, opened again, or called about again."""
