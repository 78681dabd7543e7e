"""Signing in at the company's own OpenID Connect provider: the code flow with PKCE, and what its id token must be.

Comes in: the settings of the provider, a code that a browser brought back. Goes out: where to send a browser, and the
claims of an id token that is signed by the provider, for us, for this very visit. Authlib speaks the protocol and
checks the claims, joserfc the signature; the provider is spoken to over https alone, or on this machine.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, Final

from detector.clock import monotonic
from detector.errors import DeniedError, InputError, Problem
from detector.settings.sections.sign_in import ProviderSettings, is_safe_address
from detector.telemetry import Logger

log = Logger("auth")

_KEPT: Final = 3600.0
_AGAIN: Final = 60.0
_SECONDS: Final = (5.0, 10.0)
_LEEWAY: Final = 60
_LONGEST_WHY: Final = 200
# Signatures that the provider alone can make: none by a secret that the client shares.
_ALGORITHMS: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
# So many visits are spoken about with the provider at a time: one that is slow must not hold all places of the pages.
_AT_ONCE: Final = 2
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderVisit:
    """One browser on its way to the provider and back.

    Attributes:
        state: Comes back with the browser, and must be this one.
        nonce: Stands in the id token, and must be this one.
        verifier: Shows the provider that who redeems the code is who sent the browser (PKCE).
    """

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "ProviderVisit":
        """Return one that nobody can guess."""
        return cls(state=secrets.token_urlsafe(32), nonce=secrets.token_urlsafe(32), verifier=secrets.token_urlsafe(48))


@dataclass(slots=True)
class _Known:
    """What the provider says of itself, and since when it is known."""

    metadata: Mapping[str, Any]
    keys: Mapping[str, Any]
    at: float


class OpenIdProvider:
    """One provider.

    Args:
        settings: Its issuer, and who we are there.
        timer: Seconds of a clock that never jumps: for so long what it says of itself is good.
    """

    def __init__(self, settings: ProviderSettings, *, timer: Callable[[], float] = monotonic) -> None:
        self.settings, self._timer = settings, timer
        self._known: _Known | None = None
        self._free = BoundedSemaphore(_AT_ONCE)

    def address(self, visit: ProviderVisit, back: str) -> str:
        """Return where to send a browser.

        Args:
            visit: A new one, to be remembered by the browser.
            back: Where the provider sends it back to.

        Raises:
            InputError: The provider cannot be reached, or is not the one that is configured.
        """
        with self._spoken_to():
            there = self._metadata().metadata["authorization_endpoint"]
            with self._session(back) as session:
                url, _ = session.create_authorization_url(
                    there, state=visit.state, nonce=visit.nonce, code_verifier=visit.verifier
                )
            return str(url)

    def claims(self, code: str, visit: ProviderVisit, back: str, now: datetime) -> Mapping[str, Any]:
        """Redeem a code and return the claims of the id token.

        Args:
            code: That the browser brought.
            visit: The one it was sent with.
            back: Where it was sent back to.
            now: The time, in which the token must be good.

        Raises:
            InputError: The provider cannot be reached.
            DeniedError: It gives no token for the code, or one that is not its own, for us, for this visit, for now.
        """
        from authlib.integrations.base_client import OAuthError  # noqa: PLC0415 - loaded by who signs in so
        from authlib.oidc.core import CodeIDToken  # noqa: PLC0415 - likewise
        from joserfc.errors import JoseError  # noqa: PLC0415 - likewise

        with self._spoken_to():
            there = self._metadata().metadata["token_endpoint"]
            try:
                with self._session(back) as session:
                    token = session.fetch_token(
                        there, grant_type="authorization_code", code=code, code_verifier=visit.verifier
                    )
                header, claims = self._signed(str(token["id_token"]))
                wanted = {
                    "iss": {"essential": True, "value": self.settings.issuer},
                    "aud": {"essential": True, "value": self.settings.client_id},
                    "exp": {"essential": True},
                    "nonce": {"essential": True, "value": visit.nonce},
                }
                params = {
                    "nonce": visit.nonce,
                    "client_id": self.settings.client_id,
                    "access_token": token.get("access_token"),
                }
                found = CodeIDToken(claims, header, wanted, params)
                found.validate(now=int(now.timestamp()), leeway=_LEEWAY)
            except (OAuthError, JoseError, KeyError, TypeError, ValueError) as error:
                _log("provider_refused", error)
                raise DeniedError(_NOT_GOOD) from error
            return dict(found)

    def _signed(self, token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return header and claims of a token that the provider signed."""
        from joserfc import jwt  # noqa: PLC0415 - loaded by who signs in so
        from joserfc.errors import BadSignatureError, InvalidKeyIdError  # noqa: PLC0415 - likewise
        from joserfc.jwk import KeySet  # noqa: PLC0415 - likewise

        for last in (False, True):
            known = self._metadata()
            offered = known.metadata.get("id_token_signing_alg_values_supported") or ("RS256",)
            algorithms = sorted(_ALGORITHMS.intersection(offered))
            if not algorithms:
                raise ValueError("no signature of the provider's own is offered")
            keys = KeySet.import_key_set({"keys": list(known.keys["keys"])})
            try:
                found = jwt.decode(token, keys, algorithms=algorithms)
                return found.header, found.claims
            except (InvalidKeyIdError, BadSignatureError):
                # The provider may have other keys by now: they are asked for once more, and not by each bad token.
                if last or self._timer() - known.at < _AGAIN:
                    raise
                self._known = None
        raise AssertionError("returned or raised before")

    def _metadata(self) -> _Known:
        known = self._known
        if known is None or self._timer() - known.at >= _KEPT:
            with self._session("") as session:
                issuer = self.settings.issuer
                metadata = _json(session, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
                if metadata.get("issuer") != issuer:
                    raise ValueError("the issuer is another one")
                if not all(is_safe_address(str(metadata.get(name, ""))) for name in _ENDPOINTS):
                    raise ValueError("an endpoint is missing, or can be listened to")
                keys = _json(session, metadata["jwks_uri"])
            known = self._known = _Known(metadata, keys, self._timer())
        return known

    def _session(self, back: str) -> Any:
        from authlib.integrations.requests_client import OAuth2Session  # noqa: PLC0415 - loaded by who signs in so

        secret = self._secret()
        offered = self._known.metadata.get("token_endpoint_auth_methods_supported", ()) if self._known else ()
        post = "client_secret_post" in offered and "client_secret_basic" not in offered
        session = OAuth2Session(
            client_id=self.settings.client_id,
            client_secret=secret or None,
            token_endpoint_auth_method="none"
            if not secret
            else "client_secret_post"
            if post
            else "client_secret_basic",
            scope=" ".join(self.settings.scopes),
            redirect_uri=back,
            code_challenge_method="S256",
            default_timeout=_SECONDS,
        )
        session.max_redirects = 0  # neither the code nor our secret goes where the provider does not stand
        return session

    def _secret(self) -> str:
        path = self.settings.client_secret_file
        return (
            Path(path).read_text(encoding="utf-8").strip() if path else self.settings.client_secret.get_secret_value()
        )

    @contextmanager
    def _spoken_to(self) -> Iterator[None]:
        """Say in words that the provider could not be spoken to."""
        from requests.exceptions import RequestException  # noqa: PLC0415 - loaded by who signs in so

        if not self._free.acquire(blocking=False):
            raise InputError(_BUSY)
        try:
            yield
        except (RequestException, OSError, KeyError, TypeError, ValueError) as error:
            _log("provider_unreached", error)
            raise InputError(_UNREACHED) from error
        finally:
            self._free.release()


def _log(event: str, error: Exception) -> None:
    """Write down why; what the provider says of it is its text, and short."""
    log.warning(event, error=type(error).__name__, why=str(error)[:_LONGEST_WHY])


def _json(session: Any, url: str) -> Mapping[str, Any]:
    answer = session.get(url, withhold_token=True)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise TypeError("no object")
    return found


_NOT_GOOD: Final = Problem(
    what="the provider's word for who you are does not hold", fix="sign in again; the service's log says why"
)
_BUSY: Final = Problem(
    what="others are signing in at the provider just now, and it is slow", fix="try again in some seconds"
)
_UNREACHED: Final = Problem(
    what="the provider that signs people in cannot be reached, or is not the one that is configured",
    fix="sign in by password, or use the command line; the service's log says why",
)
