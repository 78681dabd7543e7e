"""How people sign in to the pages, and how long that lasts."""

from typing import Literal

from pydantic import Field, SecretStr, model_validator

from detector.settings.types import Network, Span, Strict

_SECRET = 16


class ProxySettings(Strict):
    """A proxy before the pages that has signed people in already."""

    header: str = Field(
        default="",
        pattern=r"^$|^[A-Za-z][A-Za-z0-9-]*$",
        description="Header with the name of who is signed in (`X-Remote-User`); empty: no proxy signs people in.",
    )
    secret_header: str = Field(
        default="X-Nabat-Proxy",
        pattern=r"^[A-Za-z][A-Za-z0-9-]*$",
        description="Header in which the proxy proves that it is one: any program of this machine could name people.",
    )
    secret: SecretStr = Field(
        default=SecretStr(""),
        description="What that header holds, 16 characters or more; take it from the environment.",
    )
    addresses: tuple[Network, ...] = Field(
        default=(), description="Networks the proxy speaks from; empty: no header of it is believed."
    )

    @model_validator(mode="after")
    def _proves_itself(self) -> "ProxySettings":
        if self.header and len(self.secret.get_secret_value()) < _SECRET:
            raise ValueError(f"a proxy that signs people in needs a secret of {_SECRET} characters or more")
        if self.header and not self.addresses:
            raise ValueError("a proxy that signs people in needs addresses: write [127.0.0.1/32]")
        return self


class AuthSettings(Strict):
    """How people sign in, and how long that lasts."""

    password_length: int = Field(default=12, ge=8, le=128, description="The fewest characters of a password.")
    codes: Literal["optional", "required"] = Field(
        default="optional",
        description="Whether a one-time code (TOTP) is asked of those who set one up, or of everybody.",
    )
    tries: int = Field(
        default=5,
        ge=1,
        le=100,
        description=(
            "Failed tries before a place has to wait: a browser in which the person signed in before, a network, or "
            "(ten times as many) all that is not known."
        ),
    )
    wait: Span = Field(
        default="15m",
        validate_default=True,
        description="How long it waits then; each further time twice as long, a day at most.",
    )
    idle: Span = Field(default="30m", validate_default=True, description="Signed out after so long without a press.")
    longest: Span = Field(default="12h", validate_default=True, description="Signed out after so long in any case.")
    invitation_valid: Span = Field(default="3d", validate_default=True, description="How long an invitation is good.")
    shared_networks: tuple[Network, ...] = Field(
        default=(),
        description=(
            "Networks behind whose addresses many people are (an office behind NAT): who comes from one is not taken "
            "for the suspect seen there."
        ),
    )
    proxy: ProxySettings = Field(
        default_factory=ProxySettings, description="A proxy before the pages that has signed people in already."
    )
