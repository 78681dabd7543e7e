"""How often the reader looks and how long it waits: durations in seconds, counts of files."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTiming:
    """The reader's rhythm.

    Attributes:
        beat: Between two looks at everything where inotify serves. polling: where it does not.
        rest: A look that took long is followed by a rest this many times as long: a huge folder costs a bounded share.
        hot: A file that changed this recently is asked for changes every turn, others on a hint or on the beat.
        quiet: What there is of a record that may still be continued is told beforehand after this long.
        hold: Such a record is complete when its file has not grown for this long, or for its source's ``lateness``.
        grace: A rotated file that has not grown for this long is finished; writers reopen their logs late.
        settle: A compressed file that ends too early is tried again for this long: it may still be being written.
        unsettled: A log whose files move whenever they are looked at is read all the same after this long.
        forget: A file that was not read to its end and is not found is given up after this long.
        handles: Files kept open at most, rotated ones that are still being read apart.
        batches: Batches handed out a turn and source at most, each of one file.
        remember: Files of one log remembered after they were read, over restarts as well: more than anybody keeps.
    """

    beat: float = 5.0
    polling: float = 1.0
    rest: float = 20.0
    hot: float = 10.0
    quiet: float = 2.0
    hold: float = 60.0
    grace: float = 30.0
    settle: float = 60.0
    unsettled: float = 2.0
    forget: float = 600.0
    handles: int = 512
    batches: int = 512
    remember: int = 1_024
