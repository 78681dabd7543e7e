"""The parts of nabat.yml as strict models: sources, records, rules, team, notification, sign-in and the rest."""
