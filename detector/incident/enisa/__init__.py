"""The severity of a breach by ENISA's method: computed from the facts, corrected by people. Pure."""
