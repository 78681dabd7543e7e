"""What people read of incidents: one, all together, digests, clients."""
