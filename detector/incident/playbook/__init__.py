"""Playbooks, and the checklists made from them."""
