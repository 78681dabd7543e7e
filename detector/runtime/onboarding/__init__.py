"""A first configuration from real logs: what ``nabat init`` does.

Comes in: names of log files. Goes out: a commented nabat.yml, and what a replay of the same logs by it would have said.

``logs`` groups files to sources; ``survey`` reads a sample of each; ``endpoints`` counts what was asked for by path
pattern; ``routes`` guesses which of it is client data by ``words``; ``accounts`` and ``timing`` tell programs, networks
and habits. ``proposals`` puts that together, ``dialogue`` lets a person decide, ``writing`` makes the file, ``preview``
tries it. Everything proposed is a guess, and says from what it was guessed.
"""
