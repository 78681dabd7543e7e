"""Who else may be in an incident: accounts with its clients, its places, or its pace."""

from detector.runtime.incidents.companions.find_companions import find_companions

__all__ = ["find_companions"]
