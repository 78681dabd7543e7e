"""``python -m detector`` is the same as ``nabat``."""

from detector.cli import main

main()
