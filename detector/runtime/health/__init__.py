"""What the service says of itself: gauges, health checks, the write probe, the picture for ``nabat check``."""
