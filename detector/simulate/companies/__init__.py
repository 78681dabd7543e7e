"""Companies of other shapes than the demonstration's, and two worlds around them: steady, and restless.

Comes in: which company, which world, a seed. Goes out: logs of its systems, a configuration that fits them, and the
truth of the leaks and the honest oddities in them (``simulate_company``). They are for measuring; nothing here knows
how anything is detected.
"""

from detector.simulate.companies.scenes import LEAK_KINDS, ODDITY_KINDS
from detector.simulate.companies.shape import WORLDS
from detector.simulate.companies.shapes import SHAPES
from detector.simulate.companies.write_company import LOGS, simulate_company

__all__ = ["LEAK_KINDS", "LOGS", "ODDITY_KINDS", "SHAPES", "WORLDS", "simulate_company"]
