"""What the company says of itself, so that what a leak may cost can be reckoned."""

from pydantic import Field

from detector.settings.types import Strict

_AMOUNT = r"^(\d[\d ]* [A-Z]{3})?$"


class ConsequencesSettings(Strict):
    """Figures that nobody but the company knows; without one, what needs it is not reckoned."""

    turnover: str = Field(
        default="",
        pattern=_AMOUNT,
        description=(
            "Worldwide turnover of the last financial year, in whole units: `120000000 EUR`. Some fines are a share "
            "of it."
        ),
    )
    client_value: str = Field(
        default="", pattern=_AMOUNT, description="What a client is worth to you, as you reckon it: `300 EUR`."
    )
    churn_percent: float | None = Field(
        default=None,
        ge=0,
        le=100,
        description="How many of 100 clients concerned leave because of a leak, as you reckon.",
    )
