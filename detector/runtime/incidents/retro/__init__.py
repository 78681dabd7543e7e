"""The search backwards from a case: since when it may have gone on, and who else did the same."""

from detector.runtime.incidents.retro.search_back import MOST_DAYS, search_back

__all__ = ["MOST_DAYS", "search_back"]
