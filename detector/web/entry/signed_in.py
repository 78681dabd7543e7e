"""Who is in front of a page: by the browser's session, or by a proxy that has signed them in.

Comes in: a request. Goes out: an identity, put where the pages find it, or the way to the sign-in page. A session's
token stands in a cookie that no script reads; where somebody comes from is what the proxy of this machine wrote.
"""

import hmac
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address

from fastapi import Request

from detector.schema.team.grants import Identity
from detector.web.context import AUTO, PageContext

SESSION_COOKIE = "nabat_session"
BROWSER_COOKIE = "nabat_browser"
"""By which a browser is known in which somebody signed in before."""


class SignInNeededError(Exception):
    """The page is for people who are signed in."""


def must_be_signed_in(house: PageContext) -> Callable[[Request], Identity]:
    """Return what lets nobody past who is not signed in."""

    def check(request: Request) -> Identity:
        who = who_is(house, request)
        if who is None:
            raise SignInNeededError
        return who

    return check


def who_is(house: PageContext, request: Request) -> Identity | None:
    """Return who a request is from, and remember it with the request; None: nobody is signed in."""
    address = address_of_visitor(request)
    who = _of_proxy(house, request, address)
    if who is None:
        token = request.cookies.get(SESSION_COOKIE, "")
        who = house.people.identity(token, pressed=AUTO not in request.query_params) if token else None
        if who is not None and address not in ("", who.address):
            who = replace(who, signed_in_from=who.address, address=address)
    request.state.who = who
    return who


def address_of_visitor(request: Request) -> str:
    """Return where a visitor comes from as the proxy of this machine says; empty: no proxy says it."""
    forwarded = request.headers.getlist("x-forwarded-for")
    try:
        return str(ip_address(forwarded[-1].rpartition(",")[2].strip())) if forwarded else ""
    except ValueError:
        return ""


def _of_proxy(house: PageContext, request: Request, address: str) -> Identity | None:
    """Return whom a proxy has signed in: it must speak from where it is expected, and know the secret."""
    proxy = house.settings.auth.proxy
    named = request.headers.getlist(proxy.header) if proxy.header else []
    if len(named) != 1 or request.client is None:
        return None
    told = request.headers.get(proxy.secret_header, "").encode()
    try:
        peer = ip_address(request.client.host)
    except ValueError:
        return None
    if not any(peer in network for network in proxy.addresses):
        return None
    if not hmac.compare_digest(told, proxy.secret.get_secret_value().encode()):
        return None
    return house.people.of_proxy(named[0], address=address)
