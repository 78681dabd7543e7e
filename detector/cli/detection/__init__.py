"""Commands about what judges: formats, rules, models, and how well they find what leaks."""
