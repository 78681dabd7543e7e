"""A small OpenID Connect provider on loopback: discovery, keys, the code flow with PKCE; it can be told to lie."""

import base64
import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

CLIENT, SECRET = "nabat", "what the provider gave us"


@dataclass
class OpenIdServer:
    """What it says; ``claims`` are laid over those of an honest id token, and None takes one away.

    Attributes:
        now: The time it issues tokens at.
        key: Signs; ``shown`` is what it publishes, by default the same.
    """

    now: Callable[[], datetime]
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one"}))
    shown: Any = None
    algorithm: str = "ES256"
    secret: str = SECRET
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(urlsplit(self.path).path)
                answer = outer.get(self.path)
                if isinstance(answer, str):
                    self.send_response(302)
                    self.send_header("location", answer)
                    self.end_headers()
                else:
                    self.say(200 if answer else 404, answer)

            def do_POST(self) -> None:
                outer.asked.append(self.path)
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                status, answer = outer.token(
                    {name: values[0] for name, values in parse_qs(body).items()}, self.headers.get("authorization", "")
                )
                self.say(status, answer)

            def say(self, status: int, answer: dict[str, Any]) -> None:
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}/realms/staff"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def get(self, path: str) -> dict[str, Any] | str:
        where = urlsplit(path)
        if where.path.endswith("/.well-known/openid-configuration"):
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
            } | self.metadata
        if where.path.endswith("/keys"):
            return {"keys": [(self.shown or self.key).as_dict(private=False)]}
        if where.path.endswith("/authorize"):
            asked = {name: values[0] for name, values in parse_qs(where.query).items()}
            assert asked["response_type"] == "code"
            assert (asked["client_id"], asked["code_challenge_method"]) == (CLIENT, "S256")
            code = secrets.token_urlsafe(8)
            self.codes[code] = asked
            return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"
        return {}

    def token(self, form: dict[str, str], shown: str) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{self.secret}".replace(" ", "+").encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{self.secret}".encode()).decode()
        by_post = (form.get("client_id"), form.get("client_secret")) == (CLIENT, self.secret)
        if shown not in (f"Basic {basic}", f"Basic {plain}") and not by_post:
            return 401, {"error": "invalid_client"}
        if (
            asked is None
            or form.get("redirect_uri") != asked["redirect_uri"]
            or create_s256_code_challenge(form.get("code_verifier", "")) != asked["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        at = int(self.now().timestamp())
        honest = {
            "iss": self.issuer, "sub": "7", "aud": CLIENT, "iat": at, "exp": at + 300, "nonce": asked["nonce"],
            "preferred_username": "anna",
        }  # fmt: skip
        said = {name: value for name, value in (honest | self.claims).items() if value is not None}
        header = {"alg": self.algorithm, "kid": self.key.as_dict().get("kid", "one")}
        token = jwt.encode(header, said, self.key, algorithms=[self.algorithm])
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": token}


def shared_secret() -> OctKey:
    """Return a key that whoever knows the client's secret has as well."""
    return OctKey.import_key(SECRET.encode().ljust(32, b"."), {"kid": "one"})
