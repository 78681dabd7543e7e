"""Playbooks and the checklists made of them."""
