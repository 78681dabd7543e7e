"""Read lines from sources: files followed through rotation, restart and accidents; archives, pipes, the journal.

Comes in: the configured sources and the positions of the last commit. Goes out: ``frames.LineBatch``, and positions
after everything handed out. It decodes nothing and stores nothing.
"""

from detector.acquire.archives import bare_returns, name_problem, read_archive
from detector.acquire.files.identity import kinship, rotation_rank, stream_of
from detector.acquire.files.path_patterns import files_of, fits
from detector.acquire.files.rotated_copies import Listing
from detector.acquire.raw_lines import LogFile, RawLine, Steps, WantedLine, find_raw_lines
from detector.acquire.reader import Reader
from detector.acquire.sample import SAMPLE_BYTES, FileSample, read_sample
from detector.acquire.source import SourceStatus
from detector.acquire.tail import read_tail

__all__ = [
    "SAMPLE_BYTES",
    "FileSample",
    "Listing",
    "LogFile",
    "RawLine",
    "Reader",
    "SourceStatus",
    "Steps",
    "WantedLine",
    "bare_returns",
    "files_of",
    "find_raw_lines",
    "fits",
    "kinship",
    "name_problem",
    "read_archive",
    "read_sample",
    "read_tail",
    "rotation_rank",
    "stream_of",
]
