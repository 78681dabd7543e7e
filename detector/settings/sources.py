"""Where lines come from."""

from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from detector.settings.types import Duration, Network, Size, Strict, known_zone


class SourceSettings(Strict):
    """One source: path patterns that hold one kind of log of one service."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$", description="Name of the source, used in metrics and pages.")
    paths: tuple[str, ...] = Field(min_length=1, description="Paths or glob patterns; `**` goes through folders.")
    exclude: tuple[str, ...] = Field(
        default=(), description="Glob patterns never to read (rotated copies are known anyway)."
    )
    format: str = Field(default="auto", description="Name of a format, or `auto`: tried on the first lines.")
    service: str = Field(min_length=1, description="The system these lines are about: `service.name`.")
    dataset: str = Field(default="", description="`event.dataset`; empty: the format's own.")
    timezone: str = Field(default="UTC", description="Zone of times that carry none.")
    lateness: Duration = Field(
        default="500ms",
        validate_default=True,
        description="How far out of order lines may come and still count in windows.",
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
    silent_after: Duration | None = Field(
        default=None, description="A source without lines for this long is a blind spot; empty: never."
    )

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return known_zone(value)

    log_format: str = Field(
        default="",
        description=(
            "nginx's `log_format`, Apache's `LogFormat` or HAProxy's `log-format`, pasted as it stands in the server's "
            "configuration; whose it is is told from the text, or by `format`: `nginx`, `apache`, `haproxy`."
        ),
    )
    @property
    def reads(self) -> str:
        """Name of the format its lines are read by: the one named, or that of its own log format."""
        return f"{self.name}/log_format" if self.log_format else self.format

    @property
    def zone(self) -> ZoneInfo:
        """The zone of times that carry none."""
        return ZoneInfo(self.timezone)
