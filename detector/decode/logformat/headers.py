"""What the headers of a request and of its answer are to us, whatever server logs them.

Comes in: the name of a header or a cookie. Goes out: the variable it is. A header that holds a secret (a cookie, a
token) becomes the session or is dropped, never a label.
"""

from detector.decode.logformat.items import COOKIES, DROPPED, LIST, Variable
from detector.decode.parse_result import FORWARDED, TOKEN

_REQUEST = {
    "host": ("url.domain", 1),
    "user-agent": ("user_agent.original", 5),
    "referer": ("http.request.referrer", 5),
    "x-request-id": ("http.request.id", 6),
    "content-length": ("http.request.body.bytes", 6),
}
_SECRETS = ("authorization", "cookie", "token", "api-key", "apikey", "secret", "password", "session", "set-cookie")
_SESSIONS = ("sess", "sid", "token", "auth", "jwt")
# An answer names the account when the application says it in a header: nobody outside can write that one.
_ANSWER = {"x-user": "user.name", "x-user-id": "user.id", "x-request-id": "http.request.id"}


def of_request(name: str, key: str) -> Variable:
    """Return what a header of the request is; ``key`` is its name among the labels."""
    known = name.lower().replace("_", "-")
    if known == "x-forwarded-for":
        return Variable(FORWARDED, key, bare=LIST)
    if known == "authorization":
        return Variable(TOKEN, key, rank=8)
    if known == "cookie":
        return Variable(TOKEN, key, form=COOKIES, rank=7)
    if any(secret in known for secret in _SECRETS):
        return Variable(DROPPED, key)
    target, rank = _REQUEST.get(known, (None, 5))
    return Variable(key=key) if target is None else Variable(target, key, rank=rank)


def of_answer(name: str, key: str) -> Variable:
    """Return what a header of the answer is."""
    known = name.lower().replace("_", "-")
    if any(secret in known for secret in _SECRETS):
        return Variable(DROPPED, key)
    target = _ANSWER.get(known)
    return Variable(key=key) if target is None else Variable(target, key, rank=6)


def of_cookie(name: str, key: str) -> Variable:
    """Return what one cookie is: the session; one whose name says so counts before others."""
    return Variable(TOKEN, key, rank=3 if any(word in name.lower() for word in _SESSIONS) else 5)


def hidden(name: str, key: str) -> Variable:
    """Return what must not be kept."""
    return Variable(DROPPED, key)
