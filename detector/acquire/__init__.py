"""Bytes become lines: files followed through rotation, restart and accident; archives read from end to end.

Comes in: sources as configured, and the positions of the last commit. Goes out: ``frames.LineBatch``, and positions
that stand behind everything handed out. It decodes nothing and stores nothing.
"""

from detector.acquire.archives import bare_returns, name_problem, read_archive
from detector.acquire.files.identity import kinship, rotation_rank, stream_of
from detector.acquire.files.path_patterns import files_of, fits
from detector.acquire.files.rotated_copies import Listing
from detector.acquire.reader import Reader
from detector.acquire.sample import SAMPLE_BYTES, FileSample, read_sample
from detector.acquire.source import SourceStatus
from detector.acquire.tail import read_tail

__all__ = [
    "SAMPLE_BYTES",
    "FileSample",
    "Listing",
    "Reader",
    "SourceStatus",
    "bare_returns",
    "files_of",
    "fits",
    "kinship",
    "name_problem",
    "read_archive",
    "read_sample",
    "read_tail",
    "rotation_rank",
    "stream_of",
]
