"""How it is kept that the company is ready: tests of the team's channels, and training of the staff."""

from typing import Annotated, Literal

from pydantic import Field

from detector.settings.types import Span, Strict, TimeOfDay


class ChannelTestSettings(Strict):
    """Messages by which it is tried whether each person is reached over each target."""

    every: Span | None = Field(
        default="7d",
        validate_default=True,
        description="How often they are sent, once a day at most; null: never by themselves.",
    )
    hour: TimeOfDay = Field(
        default="10:00", validate_default=True, description="Not before this time of the day, in the configured zone."
    )
    wait: Span = Field(
        default="1d",
        validate_default=True,
        description="So long after the message somebody who has not said that it came is on the agenda.",
    )


class Course(Strict):
    """One training."""

    title: str = Field(default="", description="What people call it, in English.")
    title_ru: str = Field(default="", description="What people call it, in Russian.")
    every: Span | None = Field(
        default=None, description="So long after it was done it is due again; null: once is enough."
    )
    roles: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        default=(), description="Whose it is, by the column `role` of the register; left out: everybody's."
    )


class TrainingSettings(Strict):
    """Who has to know what, and where it is kept who does."""

    register_file: str = Field(
        default="",
        description="CSV: `person[,role][,joined],course,done[,due]`, a row a training; empty: none is kept.",
    )
    courses: dict[str, Course] = Field(
        default_factory=dict,
        description="Trainings by the name they have in the register; left out: those that stand there, due by `due`.",
    )
    newcomers: Span = Field(
        default="14d", validate_default=True, description="So long after `joined` somebody new has done theirs."
    )


class PreparationSettings(Strict):
    """How it is kept that the company is ready."""

    channel_test: ChannelTestSettings = Field(
        default_factory=ChannelTestSettings, description="Tests of the channels over which the team is reached."
    )
    training: TrainingSettings = Field(default_factory=TrainingSettings, description="Training of the staff.")
    monthly_report: tuple[Literal["md", "pdf"], ...] = Field(
        default=(),
        description=(
            "As which files the report of readiness goes out with the message of each month, where a target takes "
            "files; empty: it does not. The report names people of the team and of the register."
        ),
    )
