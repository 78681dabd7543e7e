"""What a sample of each source's lines holds: the format that reads them, and the events.

Comes in: a group of files. Goes out: one survey. Of a large file only a part is read (``acquire.sample``), and the
survey says so. Lines are decoded without a record map: nothing is known yet.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from detector import frames
from detector.acquire import SAMPLE_BYTES, FileSample, read_sample
from detector.clock import Clock
from detector.decode import Decoder, framings_for
from detector.decode.drafting import (
    draft_format,
    draft_quoted_account,
    like_accounts,
    missing_beside,
    speaks_of_account,
    try_format,
    without_zone,
)
from detector.frames import LineBatch
from detector.runtime.intake.sidecar_files import SidecarFiles
from detector.runtime.onboarding.log_groups import LogGroup
from detector.runtime.onboarding.traits.time_zone import AssumedZone, assumed_zone
from detector.schema.events.lines import RejectReason
from detector.settings import Settings, SourceSettings

AUTO = "auto"
_TRIED = 500
_BATCHES = 3
_LEAST_BYTES = 256 * 1024
_NEARLY_ALL, _HALF = 0.9, 0.5
_NO_LINE = (RejectReason.HEADER, RejectReason.EMPTY)
_KEY = b"nabat init"
WHO = ("user.name", "user.id", "session.id")
"""Columns of which one names who acts."""
_SAY = ("url.path", "user.name", "source.ip", "subject.ids")
_FEW = 0.05
_LEAST_ACCOUNTS, _MOSTLY = 3, 0.7
_LABELLED = 1000
TABLES = "$tables"
"""Tables that statements touch, of logs of databases."""
PIECE = "$piece"
"""Number of the batch an event stands in: lines of one batch stand next to each other in their file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What was found in one source.

    Attributes:
        group: Its files.
        format: The format proposed, or ``auto``.
        shares: Formats that read some of the lines tried, with the share of lines each read, the best first.
        lines: How many lines were looked at, directives left out.
        frame: The events they gave, in the order of the files, with the column ``$piece``.
        rejects: Why lines gave none.
        samples: What was read of each file.
        zoneless: Times carry no zone.
        zone: In which times are read that carry none, and why; None: all carry one.
        missing: A file that should lie beside the log and does not; empty when none is missing.
        draft: Text of the drafted format that reads it; empty when a shipped one does.
        instead_of: The shipped format that reads it too, but not who acts; empty when none does.
    """

    group: LogGroup
    format: str
    shares: tuple[tuple[str, float], ...]
    lines: int
    frame: pl.DataFrame
    rejects: Counter[str]
    samples: tuple[FileSample, ...]
    zoneless: bool = False
    zone: AssumedZone | None = None
    missing: str = ""
    draft: str = ""
    instead_of: str = ""

    @property
    def share(self) -> float:
        """The share of lines that gave events."""
        read = self.frame.select(pl.struct("log.file.path", "log.offset").n_unique()).item()
        return min(read / self.lines, 1.0) if self.lines else 0.0

    @property
    def whole(self) -> bool:
        """Whether all lines of all files were looked at."""
        return all(sample.whole for sample in self.samples)

    @property
    def readable(self) -> bool:
        """Whether at least half of the lines are understood: with less there is nothing to propose from."""
        return self.frame.height > 0 and self.share >= _HALF

    @property
    def telling(self) -> bool:
        """Whether events say who did something, from where, or to what; a format that keeps lines as text does not."""
        said = self.frame.select(pl.any_horizontal(pl.col(*_SAY).is_not_null()).sum()).item()
        return bool(said > _FEW * self.frame.height)

    @property
    def named(self) -> bool:
        """Whether some event names an account or a session."""
        return bool(self.frame.select(pl.any_horizontal(pl.col(*WHO).is_not_null()).any()).item())

    @property
    def addressed(self) -> bool:
        """Whether some event says from which address or machine it came."""
        return bool(self.frame.get_column("actor.id").is_not_null().any())

    @property
    def account_fields(self) -> tuple[str, ...]:
        """Labels that are called like an account: fields that the format does not read as one."""
        keys = self.frame["labels"].head(_LABELLED).explode().drop_nulls().struct.field("key").unique().sort()
        return tuple(key for key in keys.to_list() if speaks_of_account(key))

    @property
    def estimate(self) -> int:
        """About how many lines the files hold, as far as their sizes are known; two figures of it mean something."""
        total = sum(
            sample.lines * max(sample.size, sample.read) / sample.read for sample in self.samples if sample.read
        )
        digits = max(len(str(round(total))) - 2, 0)
        unit: int = 10**digits
        return round(total / unit) * unit


def survey(group: LogGroup, clock: Clock, limit: int = SAMPLE_BYTES) -> Survey:
    """Read a sample of a group's files, together not much more than ``limit`` bytes.

    Lines that no format understands are given a drafted one, if one can be drafted that does.

    Raises:
        InputError: One of them cannot be read.
    """
    source = SourceSettings(name=group.name, paths=(group.pattern,), service=group.name)
    settings = Settings(sources=(source,))
    framing = framings_for(settings)
    share = max(limit // len(group.files), _LEAST_BYTES)
    samples = tuple(read_sample(path, source, clock=clock, framing=framing, limit=share) for path in group.files)
    found = _surveyed(group, samples, settings)
    if not (found.zoneless and found.frame.height):
        return found
    zone = assumed_zone(found.frame, group.files, samples)
    if zone.name != source.timezone:
        source = source.model_copy(update={"timezone": zone.name})
        found = _surveyed(group, samples, settings.model_copy(update={"sources": (source,)}))
    return replace(found, zone=zone)


def _surveyed(group: LogGroup, samples: tuple[FileSample, ...], settings: Settings) -> Survey:
    found = _found(group, samples, settings)
    if not (found.readable and found.telling):
        return _with_draft(found, settings) or found
    if found.named or found.format == AUTO:
        return found
    # Who reads this format for others may have written the account into a field of its own.
    own = _with_draft(found, settings, fields_only=True)
    better = own is not None and own.named and own.share >= found.share
    return replace(own, instead_of=found.format) if own is not None and better else found


def _found(group: LogGroup, samples: tuple[FileSample, ...], settings: Settings, own: str = "") -> Survey:
    """Decode the samples by the format that reads them best, or by ``own``."""
    (source,) = settings.sources
    batches = [batch for sample in samples for batch in sample.batches]
    tried = [batch for batch in map(_head, _spread(batches)) if len(batch.lines)]
    shares = _shares(tried, settings, source)
    best, most = (own, dict(shares).get(own, 0.0)) if own else shares[0] if shares else (AUTO, 0.0)
    name = best if most >= _NEARLY_ALL or own else AUTO
    source = source.model_copy(update={"format": name})
    frame, rejects = _decoded(batches, settings.model_copy(update={"sources": (source,)}))
    no_line = {reason.value for reason in _NO_LINE}
    known = frame.height > 0 and best != AUTO
    return Survey(
        group=group,
        format=name,
        shares=shares,
        lines=sum(sample.lines for sample in samples) - sum(rejects[reason] for reason in no_line),
        frame=frame,
        rejects=Counter({reason: count for reason, count in rejects.items() if reason not in no_line}),
        samples=samples,
        zoneless=known and any(without_zone(batch, settings, best, SidecarFiles()) for batch in tried),
        missing=missing_beside(tried[0].path, settings, best, SidecarFiles()) if known else "",
    )


def _with_draft(found: Survey, settings: Settings, *, fields_only: bool = False) -> Survey | None:
    """Return what a drafted format makes of the same samples; None when it makes no more of them."""
    batches = _spread([batch for sample in found.samples for batch in sample.batches if len(batch.lines)])
    lines = [line for batch in batches for line in batch.lines.head(_TRIED // len(batches)).to_list()]
    name = own_name(found.group.name)
    if fields_only and found.format == "combined_forwarded" and _accounts_forwarded(found.frame):
        draft = draft_quoted_account(lines, found.group.name)
    else:
        draft = draft_format(lines, settings, name=found.group.name, fields_only=fields_only)
    if not draft.text or draft.share < _HALF:
        return None
    with TemporaryDirectory(prefix="nabat-init-") as folder:
        Path(folder, f"{name}.yml").write_text(draft.text, encoding="utf-8")
        own = _found(found.group, found.samples, settings.model_copy(update={"formats": (folder,)}), own=name)
    return replace(own, draft=draft.text) if own.readable and own.telling else None


def _accounts_forwarded(frame: pl.DataFrame) -> bool:
    """Tell whether what stands in the place of X-Forwarded-For is the account: each mostly at one address."""
    pairs = frame.select("source.ip", frames.label("x_forwarded_for").alias("who")).drop_nulls()
    if not like_accounts(pairs["who"].to_list()):
        return False
    counts = pairs.group_by("who", "source.ip").len()
    most = [int(counts.group_by(key).agg(pl.col("len").max())["len"].sum()) for key in ("who", "source.ip")]
    return pairs["who"].n_unique() >= _LEAST_ACCOUNTS and min(most) >= _MOSTLY * pairs.height


def own_name(name: str) -> str:
    """Return the name of a source's drafted format: none that ships is called so."""
    return f"own.{name}"


def _spread(batches: Sequence[LineBatch]) -> list[LineBatch]:
    """Return a few batches from beginning to end."""
    if len(batches) <= _BATCHES:
        return list(batches)
    return [batches[at * (len(batches) - 1) // (_BATCHES - 1)] for at in range(_BATCHES)]


def _head(batch: LineBatch) -> LineBatch:
    return replace(
        batch,
        lines=batch.lines.head(_TRIED),
        offsets=batch.offsets.head(_TRIED),
        numbers=None if batch.numbers is None else batch.numbers.head(_TRIED),
        rejects=(),
    )


def _shares(tried: Sequence[LineBatch], settings: Settings, source: SourceSettings) -> tuple[tuple[str, float], ...]:
    """Return which formats read the lines tried; of equals the one that ``auto`` asks first stands first."""
    counts: Counter[str] = Counter()
    total = 0
    for batch in tried:
        lines = batch.lines.filter(~batch.lines.str.starts_with("#") & (batch.lines.str.strip_chars() != ""))
        total += lines.len() or batch.lines.len()
        counts.update(try_format(batch, settings, source, SidecarFiles()))
    shares = ((name, min(count / total, 1.0)) for name, count in counts.items() if count and name != AUTO)
    return tuple(sorted(shares, key=lambda one: -one[1])) if total else ()


def _decoded(batches: Sequence[LineBatch], settings: Settings) -> tuple[pl.DataFrame, Counter[str]]:
    decoder = Decoder(settings, session_key=_KEY, beside=SidecarFiles())
    made: list[pl.DataFrame] = []
    rejects: Counter[str] = Counter()
    for number, batch in enumerate(batches):
        decoded = decoder.decode(batch)
        rejects.update(reject.reason.value for reject in decoded.rejects)
        if decoded.frame.height:
            tables = pl.lit(None) if decoded.tables is None else pl.Series(decoded.tables)
            columns = pl.lit(number, pl.Int64()).alias(PIECE), tables.cast(pl.List(pl.String())).alias(TABLES)
            made.append(decoded.frame.with_columns(*columns))
    return (
        pl.concat(made)
        if made
        else frames.empty_events().with_columns(
            pl.lit(0).alias(PIECE), pl.lit(None, pl.List(pl.String())).alias(TABLES)
        )
    ), rejects
