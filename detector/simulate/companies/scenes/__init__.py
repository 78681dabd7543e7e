"""Leaks and honest oddities of the companies: what happens, who is cast for it and when, and how it is played."""

from detector.simulate.companies.scenes.casting import plan_scenes
from detector.simulate.companies.scenes.leak_kinds import LEAK_KINDS
from detector.simulate.companies.scenes.oddity_kinds import ODDITY_KINDS
from detector.simulate.companies.scenes.staging import StagedScene, play

__all__ = ["LEAK_KINDS", "ODDITY_KINDS", "StagedScene", "plan_scenes", "play"]
