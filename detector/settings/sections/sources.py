"""Where lines come from."""

import re
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from detector.settings.types import HABIT, Duration, Network, Silence, Size, Span, Strict, known_zone


class JournaldSettings(Strict):
    """Which entries of the system's journal a source reads; none of the keys: all of them."""

    units: tuple[str, ...] = Field(default=(), description="Units, as `journalctl --unit` takes them.")
    identifiers: tuple[str, ...] = Field(default=(), description="Syslog identifiers, such as `sshd`.")
    matches: tuple[str, ...] = Field(default=(), description="Conditions on fields, such as `_TRANSPORT=audit`.")
    directory: str = Field(default="", description="Folder of journal files; empty: the system's own.")

    @field_validator("matches")
    @classmethod
    def _conditions(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [one for one in value if not re.fullmatch(r"[A-Z_][A-Z0-9_]*=.*", one)]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is no condition; write FIELD=value")
        return value

    def arguments(self) -> list[str]:
        """Return them as arguments of journalctl."""
        return [
            *(f"--unit={one}" for one in self.units),
            *(f"--identifier={one}" for one in self.identifiers),
            *([f"--directory={self.directory}"] if self.directory else []),
            *self.matches,
        ]


class SigmaSource(Strict):
    """A log source in Sigma's words."""

    product: str = Field(default="", description="Sigma's product, such as `kubernetes`.")
    category: str = Field(default="", description="Sigma's category.")
    service: str = Field(default="", description="Sigma's service, such as `audit`.")

    @model_validator(mode="after")
    def _some_word(self) -> "SigmaSource":
        if not (self.product or self.category or self.service):
            raise ValueError("name a product, a category or a service")
        return self


class SourceSettings(Strict):
    """One source: path patterns that hold one kind of log of one service, or the system's journal."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$", description="Name of the source, used in metrics and pages.")
    paths: tuple[str, ...] = Field(
        default=(),
        description=(
            "Paths or glob patterns; `**` goes through folders, `{name}` stands for a part of the path and becomes a "
            "label of that name (or the column, where there is one: `{host.name}`). `-` alone is standard input."
        ),
    )
    journald: JournaldSettings | None = Field(
        default=None, description="Read the system's journal instead of files; `{}` reads all of it."
    )
    exclude: tuple[str, ...] = Field(
        default=(), description="Glob patterns never to read (rotated copies are known anyway)."
    )
    format: str = Field(default="auto", description="Name of a format, or `auto`: tried on the first lines.")
    log_format: str = Field(
        default="",
        description=(
            "nginx's `log_format`, Apache's `LogFormat` or HAProxy's `log-format`, pasted as it stands in the server's "
            "configuration; whose it is is told from the text, or by `format`: `nginx`, `apache`, `haproxy`. With "
            "`format: docker` (or another envelope) it is that of the lines inside. Beside `format: samba`: its "
            "`full_audit:prefix`."
        ),
    )
    service: str = Field(min_length=1, description="The system these lines are about: `service.name`.")
    owner: str = Field(default="", description="Who answers for that system, as the data map shows it.")
    retention: Span | None = Field(
        default=None, description="How long these logs are kept where they are written, as the data map shows it."
    )
    dataset: str = Field(default="", description="`event.dataset`; empty: the format's own.")
    sigma: SigmaSource | None = Field(
        default=None,
        description=(
            "The log source these lines are of, in Sigma's words: rules about it judge them, by the names the log has "
            "for its fields. Needed where no format tells it, as with `format: json`."
        ),
    )
    timezone: str = Field(default="UTC", description="Zone of times that carry none.")
    lateness: Duration = Field(
        default="500ms",
        validate_default=True,
        description="How far out of order lines may come at least; a minute always may, and more is learned. "
        "The rest of a record of several lines is waited for as long, a minute at least.",
    )
    start: Literal["end", "beginning"] = Field(
        default="end",
        description="Where to begin in a file first seen at the first start; files that appear later are read whole.",
    )
    watch: Literal["auto", "inotify", "polling"] = Field(
        default="auto", description="How to learn of changes; `auto` polls on network mounts."
    )
    budget: Size = Field(
        default="4MiB",
        validate_default=True,
        description="Bytes read from this source a turn, so that a flood starves no other.",
    )
    trusted_proxies: tuple[Network, ...] = Field(
        default=(),
        description=(
            "Addresses of your own proxies: the client's address is the last one in X-Forwarded-For that is "
            "not among them."
        ),
    )
    accounts: Literal["auto", "verified", "listed", "claimed"] = Field(
        default="auto",
        description=(
            "Whether accounts in these lines were proved. `auto`: but for requests refused with 401 or 407, "
            "requests from the internet that were redirected or failed and lines that can be read in several ways, "
            "where an address stands beside the name; "
            "`verified`: always; `listed`: those that `actors.roles_file` names (by no pattern), unless refused; "
            "`claimed`: never. nginx writes the name of any Basic header as `$remote_user`, checked or not: say "
            "`claimed` where it checks none. A name that is only claimed stays in `user.name`; the session or "
            "address is the actor. Of a failed login it is always the address, whatever is said here."
        ),
    )
    silent_after: Silence | None = Field(
        default=HABIT,
        description=(
            "A source without lines for this long is a blind spot; `habit`: for longer than is usual at this hour of "
            "such a day, as learnt; empty: never."
        ),
    )

    client_data: bool = Field(
        default=True,
        description=(
            "`false`: none of its requests touches client data (a public website), so that the record map need not "
            "know them."
        ),
    )

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return known_zone(value)

    @property
    def reads(self) -> str:
        """Name of the format its lines are read by: the one named, or that of its own log format."""
        return f"{self.name}/log_format" if self.log_format else self.format

    @field_validator("paths")
    @classmethod
    def _some_path(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("must name at least one path")
        return value

    @model_validator(mode="after")
    def _one_kind(self) -> "SourceSettings":
        if bool(self.paths) == (self.journald is not None):
            raise ValueError("name the source's paths, or `journald`, and not both")
        if "-" in self.paths and len(self.paths) > 1:
            raise ValueError("standard input (`-`) is a source of its own")
        return self

    @property
    def standard_input(self) -> bool:
        """Whether it reads what is piped into the service."""
        return self.paths == ("-",)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of times that carry none."""
        return ZoneInfo(self.timezone)
