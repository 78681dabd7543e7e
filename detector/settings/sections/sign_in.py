"""How people sign in to the pages, and how long that lasts."""

from typing import Literal
from urllib.parse import urlsplit

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


class ProviderSettings(Strict):
    """The company's own OpenID Connect provider."""

    issuer: str = Field(
        default="",
        description="Its issuer, `https://…`, as its discovery document has it; empty: nobody signs in so.",
    )
    client_id: str = Field(default="", description="Our name there.")
    client_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Our secret there; take it from the environment. Empty: we are a public client, by PKCE alone.",
    )
    client_secret_file: str = Field(
        default="", description="File that holds the secret instead, read each time: it may be replaced."
    )
    title: str = Field(default="", description="What the button on the sign-in page names; empty: the issuer's host.")
    scopes: tuple[str, ...] = Field(
        default=("openid", "profile"), description="What is asked for; `openid` must be among it."
    )
    claim: str = Field(
        default="preferred_username",
        description=(
            "Claim of the id token that names the person: a name of `team.people`, or an account that one of them "
            "alone has. `email` counts only if the provider has verified it."
        ),
    )
    groups_claim: str = Field(default="groups", description="Claim with the groups of the person.")
    groups: tuple[str, ...] = Field(
        default=(),
        description=(
            "Groups of which one is needed to sign in; empty: none is. They give nothing else: roles are those of "
            "`team.roles`."
        ),
    )
    second_factor: tuple[str, ...] = Field(
        default=("mfa", "otp", "hwk"),
        description="Values of the claim `amr` (RFC 8176) of which one shows that a second factor was asked for.",
    )

    @model_validator(mode="after")
    def _whole(self) -> "ProviderSettings":
        if not self.issuer:
            return self
        if not is_safe_address(self.issuer):
            raise ValueError("the issuer must be an https:// address, or one of this machine")
        if not self.client_id:
            raise ValueError("a provider needs client_id: our name there")
        if self.client_secret.get_secret_value() and self.client_secret_file:
            raise ValueError("write either client_secret or client_secret_file")
        if "openid" not in self.scopes:
            raise ValueError("scopes must name openid, or no id token comes")
        return self


def is_safe_address(url: str) -> bool:
    """Tell whether nobody on the way can read or change what is sent to an address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    return bool(parts.hostname) and not parts.username and (local or parts.scheme == "https")


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
    retention: Span = Field(
        default="400d",
        validate_default=True,
        description=(
            "How long it is kept who signed in, was refused or was given access; what is about an incident is kept as "
            "long as that."
        ),
    )
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
    oidc: ProviderSettings = Field(
        default_factory=ProviderSettings,
        description="The company's OpenID Connect provider, beside passwords.",
    )
