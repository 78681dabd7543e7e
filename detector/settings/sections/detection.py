"""How activity is judged: rules, behaviour, and how findings become alerts."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field

from detector.resources import shipped
from detector.settings.types import Span, Strict


class RuleSettings(Strict):
    """Which Sigma rules judge."""

    paths: tuple[str, ...] = Field(
        default=(), description="More files, folders or zip archives with Sigma rules, besides the shipped ones."
    )
    shipped: bool = Field(default=True, description="Use the rules that come with Nabat.")
    disabled: tuple[str, ...] = Field(default=(), description="Ids of rules not to use.")
    placeholders: dict[str, tuple[str, ...] | str] = Field(
        default_factory=dict,
        description=(
            "Values for the placeholders of rules (`%admins%` with the modifier `expand`): a list of texts, or a file "
            "with one text a line."
        ),
    )
    pipelines: tuple[str, ...] = Field(
        default=(),
        description=(
            "Files with processing pipelines of pySigma, applied in this order to the rules of `paths` before their "
            "fields are mapped: for rules with names of your own."
        ),
    )

    @property
    def folders(self) -> list[Path]:
        """The folders and files that rules are read from, the shipped ones first."""
        own = [shipped("rules")] if self.shipped else []
        return own + [Path(path) for path in self.paths]


class BehaviourSettings(Strict):
    """The behaviour model: an actor's window against its own past and its role's."""

    enabled: bool = Field(default=True, description="Judge behaviour at all.")
    model: str = Field(
        default="", description="Folder of the model; empty: STATE/model, else the shipped starter model."
    )
    window: Span = Field(default="1h", validate_default=True, description="Span of an actor's window.")
    tick: Span = Field(
        default="5m",
        validate_default=True,
        description="How often, in event time, windows are judged; divides the window.",
    )
    false_incidents_a_month: float = Field(
        default=3,
        gt=0,
        le=300,
        description=(
            "How many false incidents a month behaviour may cost you: the thresholds are set so that your own last 14 "
            "days would have given about as many. With fewer, fewer leaks are found."
        ),
    )
    retrain: Span = Field(
        default="1d", validate_default=True, description="How often the daemon retrains from the access journal."
    )
    max_age: Span = Field(default="30d", validate_default=True, description="A model older than this is a blind spot.")


class GroupSettings(Strict):
    """How findings become alerts and incidents."""

    risk: dict[str, int] = Field(
        default={"low": 10, "medium": 35, "high": 70, "critical": 100},
        description="Points a finding of each severity adds to its actor.",
    )
    threshold: int = Field(default=70, gt=0, description="Points within the horizon at which an incident opens.")
    horizon: Span = Field(default="1d", validate_default=True, description="How long a finding's points count.")
    join: Span = Field(
        default="30h",
        validate_default=True,
        description=(
            "A finding joins the actor's open incident of the same matter if it lies within this time of it; an "
            "address joins that of an account that was seen at it. What recurs each day at about the same hour is one "
            "matter. The horizon counts where it is longer."
        ),
    )
    storm_count: int = Field(
        default=30, gt=1, description="More alerts of one rule than this within storm_span become one."
    )
    storm_span: Span = Field(default="10m", validate_default=True, description="Span for counting a storm.")

    @property
    def span(self) -> timedelta:
        """How far apart what one actor does in one matter may lie and be one thing still."""
        return max(self.join, self.horizon)
