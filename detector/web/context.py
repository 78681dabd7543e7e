"""What all pages share: the service's parts, and how a template becomes an answer.

Comes in: a request, a template's name and values. Goes out: an answer in the reader's language, with the form's cookie
and token. Everything a template prints is escaped and its unseen characters are made visible, without it asking.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from detector.auth import SignIns
from detector.clock import Clock
from detector.errors import NabatError, Problem
from detector.rendering.escape_invisible import visible
from detector.schema.case.incidents import Incident
from detector.settings import Settings
from detector.telemetry.metrics import Metrics
from detector.web.forms import COOKIE, FIELD, KEY, SECRETS, Forms, Typed
from detector.web.ports import ConsolePort, ConsolesPort, ServiceView
from detector.web.texts import PageTexts, chooser
from detector.web.texts.problems import all_in_words
from detector.web.untaken import worst_untaken

LANGUAGE_COOKIE = "nabat_language"
AUTO = "auto"
"""The query of a page that is asked for again by itself: nobody has pressed anything."""
OPEN_READ = 1000
"""Of so many open incidents, the newest, the one that needs somebody most is found: small ones must not hide it."""
_NOT_ALLOWED = frozenset({403, 404, 409})
"""How an act is answered that may not be done, or not any more."""
TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"


def _shown(value: Any) -> Any:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    """Return what renders templates: one for a process, since it keeps each one compiled."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )


# What is said of a form that was not taken: whether nobody is signed in any more, and whether it is given back.
_NOT_TAKEN = {
    (False, True): "web-error-token",
    (False, False): "web-error-token-anew",
    (True, True): "web-signin-over-token",
    (True, False): "web-signin-over-token-anew",
}


@dataclass
class PageContext:
    """The parts pages are made of; ``settings`` is replaced whole on a reload."""

    consoles: ConsolesPort
    people: SignIns
    settings: Settings
    metrics: Metrics
    forms: Forms
    code_key: bytes
    service: Callable[[], ServiceView]
    clock: Clock
    environment: Environment = field(default_factory=_environment)

    def console(self, request: Request) -> ConsolePort:
        """Return the console of whoever is signed in."""
        return self.consoles.of(request.state.who)

    def words(self, request: Request) -> PageTexts:
        """Return the words of the language a reader asked for."""
        asked = request.query_params.get("lang")
        language = chooser(asked, request.cookies.get(LANGUAGE_COOKIE), self.settings.language)
        return PageTexts(self.settings, language, self.clock.now())

    def page(self, request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
        """Return a page.

        Args:
            request: What it answers.
            template: File in ``templates``.
            status: HTTP status.
            values: What the template shows; ``here`` is the address the page can be opened again at, ``back`` the tab
                that its forms go back to, ``every`` after how many seconds a script asks for it again, ``bare`` that it
                has nothing but itself. ``strip``: an incident that nobody has stands above it.
        """
        words = self.words(request)
        cookie = self.forms.cookie(request)
        who = getattr(request.state, "who", None)
        strip = values.pop("strip", who is not None) and "untaken" not in values
        defaults = {"here": request.url.path, "every": 0, "problems": (), "me": who, "bare": False, "back": ""}
        values = {**defaults, "untaken": self._untaken(request) if strip else None, **values}
        values["takes"] = self._takes(request, values["untaken"])
        values["given_back"] = self._given_back(request) if values["problems"] and status in _NOT_ALLOWED else ()
        html = self.environment.get_template(template).render(
            w=words, t=words.t, token=self.forms.token(cookie), token_field=FIELD,
            form_key=self.forms.key(request), key_field=KEY, organization=self.organization,
            **values,
        )  # fmt: skip
        answer = HTMLResponse(html, status_code=status)
        self.remember(request, answer, COOKIE, cookie, session=True)
        if request.query_params.get("lang") == words.language:
            self.remember(request, answer, LANGUAGE_COOKIE, words.language)
        return answer

    def _given_back(self, request: Request) -> list[tuple[str, str]]:
        """Return what was typed into a form of ours whose act is not allowed: the page may not have that form now."""
        form: Typed = getattr(request.state, "typed", {})
        return _filled(form) if form and self.forms.good(request, form) and not SECRETS.intersection(form) else []

    def _untaken(self, request: Request) -> Incident | None:
        """Return the incident that needs somebody most, of those that whoever reads may see."""
        try:
            found = self.console(request).incidents(open_only=True, limit=OPEN_READ)
        except NabatError:
            return None  # the page says itself what it cannot read
        return worst_untaken(found, self.clock.now())

    def _takes(self, request: Request, untaken: Incident | None) -> bool:
        """Tell whether whoever reads may take the incident that stands above the page."""
        try:
            return untaken is not None and bool(self.console(request).takable([untaken]))
        except NabatError:
            return False

    def stale(self, request: Request, form: Typed, *, signed_out: bool = False) -> Response:
        """Return the page on which somebody sends a form again that was not taken: the same words under a fresh token.

        Where the browser does not say that the form came from our own pages, somebody else may have written it: nothing
        of it is given back. Nor are passwords.

        Args:
            request: What is answered.
            form: What was typed; nothing: it could not be read.
            signed_out: It was not taken because nobody is signed in any more.
        """
        ours = bool(form) and request.headers.get("sec-fetch-site") == "same-origin" and not SECRETS.intersection(form)
        typed = [(name, value) for name, value in form.items() if name not in (FIELD, KEY)]
        return self.page(
            request,
            "stale.html",
            status=401 if signed_out else 403,
            text=self.words(request).t(_NOT_TAKEN[signed_out, ours]),
            action=str(request.url.replace(scheme="", netloc="")) if ours else "",
            typed=typed,
            shown=_filled(form),
            sign_in=signed_out,
            here="/",
            strip=False,
        )

    @property
    def organization(self) -> str:
        """The company's name, for the pages' head."""
        return self.settings.organization.name

    def remember(
        self,
        request: Request,
        answer: Response,
        name: str,
        value: str,
        *,
        session: bool = False,
        across_sites: bool = False,
    ) -> None:
        """Set a cookie that no script reads and only our own pages send back.

        Args:
            request: What is answered.
            answer: Where it is set.
            name: Of the cookie.
            value: What it holds.
            session: It ends with the browser.
            across_sites: Who follows a link from a chat or a ticket brings it along; a form of another site does not.
        """
        if request.cookies.get(name) == value:
            return
        public = urlsplit(self.settings.web.public_url)
        secure = public.scheme == "https" and request.headers.get("host", "").lower() == public.netloc.lower()
        answer.set_cookie(
            name,
            value,
            max_age=None if session else 365 * 86_400,
            httponly=True,
            samesite="lax" if across_sites else "strict",
            secure=secure,
        )

    def said(
        self,
        request: Request,
        status: int,
        message: str,
        problems: Sequence[Problem] = (),
        title: str = "web-error-title",
    ) -> Response:
        """Return a page that says in words what could not be done, and where to go on."""
        words = self.words(request)
        return self.page(
            request,
            "said.html",
            status=status,
            heading=words.t(title),
            text=words.t(message) if message else "",
            problems=all_in_words(problems, words),
            here="/",
            strip=False,
        )


def _filled(form: Typed) -> list[tuple[str, str]]:
    """Return the fields of a form that somebody filled, without those that every form has."""
    return [(name, value) for name, value in form.items() if value and name not in (FIELD, KEY, "back")]
