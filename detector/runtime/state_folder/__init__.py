"""What a run leaves to the next: the state folder, its lock and its upkeep, and where the last run stopped."""

from detector.runtime.state_folder.housekeeping import Housekeeping
from detector.runtime.state_folder.prepare import lock, prepare
from detector.runtime.state_folder.restore import Beginning, restore

__all__ = ["Beginning", "Housekeeping", "lock", "prepare", "restore"]
