"""Simulated companies: logs with honest work, honest oddities and leaks, and the truth about them.

Comes in: a seed, staff, days. Goes out: the logs, a working configuration for them, and the truth of the leaks: of the
demonstration's company (``simulate``), or of companies of other shapes (``simulate_company``); or a company that writes
logs in real time beside the running service (``LivingCompany``).
"""

from detector.simulate.companies import LOGS, SHAPES, WORLDS, simulate_company
from detector.simulate.living import LivingCompany
from detector.simulate.settings import demo_environment, demo_path
from detector.simulate.write import simulate

__all__ = [
    "LOGS", "SHAPES", "WORLDS", "LivingCompany", "demo_environment", "demo_path", "simulate", "simulate_company",
]  # fmt: skip
