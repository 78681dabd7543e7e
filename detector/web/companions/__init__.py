"""Who may be in an incident beside its actors: the values, and their words for a page and a command."""

from detector.web.companions.companion_values import Companion, Companions, SharedTrace, SharedWay
from detector.web.companions.companion_words import CompanionsView, CompanionView, companions_view

__all__ = [
    "Companion",
    "CompanionView",
    "Companions",
    "CompanionsView",
    "SharedTrace",
    "SharedWay",
    "companions_view",
]
