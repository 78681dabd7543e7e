"""Actions of people on an incident, such as acknowledging, completing a step and closing."""
