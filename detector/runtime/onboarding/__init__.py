"""A first configuration from real logs: what ``nabat init`` does.

Comes in: names of log files. Goes out: a commented nabat.yml, and what a replay of the same logs by it would have said.

``log_groups`` groups files to sources; ``survey`` reads a sample of each; ``endpoints`` counts what was asked for by
path pattern; ``guess_routes`` guesses which of it is client data by ``request_words``; ``guess_accounts`` and
``log_timing`` tell programs, networks and habits. ``proposals`` puts that together, ``dialogue`` lets a person decide,
``write_config`` makes the file, ``preview`` tries it. Everything proposed is a guess, and says from what it was
guessed.
"""
