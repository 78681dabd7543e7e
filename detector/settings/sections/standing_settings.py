"""What comes round by the calendar: review of the plan, check of the roster, drills, training, texts, data map."""

from pydantic import Field

from detector.settings.sections.response import Role
from detector.settings.types import Day, Span, Strict


class StandingDuty(Strict):
    """One thing that is to be done again and again."""

    every: Span | None = Field(description="So long after it was done it is due again; null: it is not kept here.")
    first: Day | None = Field(
        default=None,
        description="Day on which it is due if it was never recorded as done; null: `every` after it was first known.",
    )
    roles: tuple[Role, ...] = Field(
        default=(),
        description="Whose it is: the first role's holder, then the next; of nobody: the deputy's, the lead's.",
    )


class StandingSettings(Strict):
    """What comes round by the calendar."""

    plan_review: StandingDuty = Field(
        default={"every": "365d", "roles": ["exe", "lead"]},
        validate_default=True,
        description="Review of the response plan (step P1).",
    )
    roster_check: StandingDuty = Field(
        default={"every": "30d", "roles": ["lead", "dep"]},
        validate_default=True,
        description="Check that every role has its people, and that each is reached (step P2).",
    )
    drill: StandingDuty = Field(
        default={"every": "90d", "roles": ["lead", "scr"]},
        validate_default=True,
        description="A drill (step P6).",
    )
    training: StandingDuty = Field(
        default={"every": "365d", "roles": ["hr", "soc"]},
        validate_default=True,
        description="Training of the staff (step P5).",
    )
    template_review: StandingDuty = Field(
        default={"every": "180d", "roles": ["dpo", "com"]},
        validate_default=True,
        description="Review of the templates of notices, letters and reports (step P4).",
    )
    data_map: StandingDuty = Field(
        default={"every": "90d", "roles": ["own", "soc"]},
        validate_default=True,
        description="Reading of the data map: sources, classes of data, how long they are kept (step P3).",
    )

    def duties(self) -> dict[str, StandingDuty]:
        """Return those that are kept here, by name."""
        found = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: duty for name, duty in found.items() if duty.every is not None}
