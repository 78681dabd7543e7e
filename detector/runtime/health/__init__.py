"""The service's own state: gauges, health checks, the write probe, the report for ``nabat check``."""
