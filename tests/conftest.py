"""What all tests share: how hard hypothesis tries."""

import os

from hypothesis import HealthCheck, settings

# Deadlines measure the machine, not the code; a slow machine is no failure.
settings.register_profile("dev", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples each time, so that a red run says something about the change in it.
settings.register_profile("ci", settings.get_profile("dev"), max_examples=100, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")
