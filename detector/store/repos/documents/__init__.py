"""What people file, the words of notices, and letters to clients."""
