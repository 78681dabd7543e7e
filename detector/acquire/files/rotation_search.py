"""Where the files are that nobody saw go: lost ones among their siblings, and rotated ones that were never looked at.

Comes in: the books, with what is lost and which logs were rotated. Goes out: the same, with what was found taken up and
every log in order. What was not read to its end is looked for until it is found or forgotten.
"""

import os
import stat
from collections.abc import Iterable, Sequence
from itertools import pairwise

from detector.acquire.files.discovery import Discovery, changed, size_of
from detector.acquire.files.file_registry import FileRegistry
from detector.acquire.files.followed_file import FollowedFile
from detector.acquire.files.identity import HEAD, FileHead, rotation_rank
from detector.acquire.files.rotated_copies import Listing, RotatedCopy, rotated_in
from detector.acquire.framing.content import PlainContent
from detector.acquire.timing import ReadTiming


class RotationSearch:
    """Searches beside the logs of one source."""

    def __init__(self, books: FileRegistry, looking: Discovery, pace: ReadTiming) -> None:
        self._books = books
        self._looking = looking
        self._pace = pace
        self._beside = Listing()
        self._folders: dict[str, int] = {}

    def settle(self) -> Iterable[str]:
        """Find what is lost, and the files of a log that came and went between two looks; return the logs concerned.

        A log whose files moved meanwhile has to be looked at again: one that was listed under its old name and looked
        for after it was given a new one is found under neither.
        """
        self._beside = Listing()
        missing = [file for file in self._books.lost if not file.found]
        for file in missing:
            if not file.found:
                self._search(file)
        turned, self._books.turned = self._books.turned, {}
        for stream in turned:
            self._missed(stream)
            self._books.sort(stream)
        now, concerned = Listing(), dict.fromkeys(file.stream for file in missing) | turned
        for stream in concerned:
            moved = now.family(stream) != self._beside.family(stream) or self._replaced(stream)
            if moved or self._emptied(stream):
                self._books.moved[stream] = None
        return concerned

    def _emptied(self, stream: str) -> bool:
        """See whether a log was emptied and begins anew: then the rest of what it held is in a copy, an older file."""
        live = self._books.by_path.get(stream)
        if live is None or not isinstance(live.content, PlainContent) or not live.head.length:
            return False
        self._books.check_growth(live, self._books.timer)
        if live.goes_on(live.content, live.size):
            return False
        self._books.succeed(live)
        return True

    def _replaced(self, stream: str) -> bool:
        """Tell whether another file lies at the path of a log than the one that was found there."""
        file = self._books.by_path.get(stream)
        if file is None:
            return False
        try:
            found = os.stat(stream)
        except OSError:
            return True
        return (found.st_dev, found.st_ino) != file.key

    def _search(self, file: FollowedFile) -> None:
        """Look among the siblings for a file that was not read to its end, or a copy of it."""
        if self._still_there(file):
            return
        family = self._beside.siblings(file.path, file.stream)
        family.sort(key=lambda one: (one.key != file.key, one.compressed))
        for one in family:
            known = self._books.by_key.get(one.key)
            if known is file:
                self._looking.verify(file, one.path, one.key, one.stat)
            elif known is None or not (known.found and not known.finished):
                self._try(file, one)
            if file.found:
                return
        if file.lost_at is None:
            file.lost_at = self._books.timer
            self._books.turned[file.stream] = None
            where = file.cutter.offset
            self._books.note(file.path, f"was removed or emptied; what stood behind byte {where} is not found")
        elif self._books.timer - file.lost_at > self._pace.forget:
            self._books.drop(file)

    def _still_there(self, file: FollowedFile) -> bool:
        """Look first where the file was last: most rotated files have not moved since."""
        try:
            found = os.stat(file.path)
        except OSError:
            return False  # then it is looked for, and told of where it is not found
        key = (found.st_dev, found.st_ino)
        if key == file.key and self._books.by_key.get(key) is file and stat.S_ISREG(found.st_mode):
            self._looking.verify(file, file.path, key, found)
        return file.found

    def _try(self, file: FollowedFile, one: RotatedCopy) -> None:
        content = self._looking.open(one.path, one.key)
        if content is None:
            return
        if file.goes_on(content, size_of(content)):
            self._looking.adopt(file, content, one.path, one.key)
        else:
            content.close()

    def strangers(self) -> None:
        """Notice rotated copies that appeared beside a log, in folders that changed; their names need no pattern."""
        for folder in {stream.rpartition("/")[0] for stream in self._books.streams}:
            try:
                written = os.stat(folder or "/").st_mtime_ns
            except OSError:
                continue  # gone, or shut: what is followed in it tells so
            if self._folders.get(folder) == written:
                continue
            self._folders[folder] = written
            self._books.turned.update(dict.fromkeys(rotated_in(folder, self._books.streams)))
        for stream in self._books.streams.keys() - self._books.strange.keys() - self._books.turned.keys():
            self._books.strange[stream] = set()

    def _missed(self, stream: str) -> None:
        """Take up rotated files of this log that nobody saw under its own name.

        What lay there before the log was first looked at is not ours, and is told by its time. That is remembered, for
        the times of later files say nothing when the machine's clock is set back; nor do they of a file whose number
        says that it was rotated after one of ours.
        """
        self._freshen(stream)
        since, family = self._books.since.get(stream, 0), self._beside.rotated(stream)
        ours = [rotation_rank(one.path) for one in family if one.key in self._books.by_key]
        numbers_grow = _grow([rank for rank in (rotation_rank(one.path)[0] for one in family) if rank])
        first = min((rank for rank in ours if rank[0] and not numbers_grow), default=(0, ""))
        older = {
            one.key for one in family if one.stat.st_mtime_ns < since and not first < rotation_rank(one.path) < (0, "")
        }
        strangers = self._books.strange[stream] = self._books.strange.get(stream, older) & older
        for one in family:
            if one.key in strangers:
                continue
            known = self._books.by_key.get(one.key)
            if known is not None:
                if known.content is None and (not known.found or changed(known, one.stat)):
                    self._looking.verify(known, one.path, one.key, one.stat)
                continue
            if self._books.was_copied(one.key, one.stat):
                continue
            content = self._looking.open(one.path, one.key)
            if content is None:
                continue
            head = content.read_at(0, HEAD)
            if not head or self._looking.is_copy(one.path, head):
                content.close()
                continue
            self._looking.start_following(one.path, one.key, content, head, whole=True)

    def _freshen(self, stream: str) -> None:
        """Look at the heads of open files as they stand now: a copy just made is known only by that."""
        for file in self._books.streams.get(stream, ()):
            if isinstance(file.content, PlainContent) and file.head.length < HEAD:
                head = file.content.read_at(0, HEAD)
                if file.head.begins(head):
                    file.head = FileHead.of(head)
                    self._books.name(file, head)


def _grow(ranks: Sequence[int]) -> bool:
    """Tell whether most copies have a higher number than the one before; two could be a clock that was set back."""
    higher = sum(rank < before for before, rank in pairwise(ranks))
    return len(ranks) > 2 and 2 * higher > len(ranks) - 1
