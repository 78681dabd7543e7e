"""A simulated company: logs of three systems with honest work, honest oddities and leaks.

Comes in: a seed, staff, days. Goes out: the logs, a working configuration for them, and the truth of the
leaks (``simulate``); or a company that writes logs in real time beside the running service (``LivingCompany``).
"""

from detector.simulate.living import LivingCompany
from detector.simulate.settings import demo_environment, demo_path
from detector.simulate.write import simulate

__all__ = ["LivingCompany", "demo_environment", "demo_path", "simulate"]
