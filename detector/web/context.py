"""What all pages share: the service's parts, and how a template becomes an answer.

Comes in: a request, a template's name and values. Goes out: an answer in the reader's language, with the form's cookie
and token. Everything a template prints is escaped and its unseen characters are made visible, without it asking.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from detector.clock import Clock
from detector.errors import Problem
from detector.schema.incidents import Incident
from detector.settings import Person, Settings
from detector.telemetry.metrics import Metrics
from detector.web.escape_invisible import visible
from detector.web.forms import COOKIE, FIELD, Forms
from detector.web.ports import ConsolePort, ServiceView
from detector.web.problems import in_words
from detector.web.texts import PageTexts, chooser

LANGUAGE_COOKIE = "nabat_language"
NAME_COOKIE = "nabat_name"
TEMPLATES = Path(__file__).parent / "templates"


def _shown(value: Any) -> Any:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass
class PageContext:
    """The parts pages are made of; ``settings`` is replaced whole on a reload."""

    console: ConsolePort
    settings: Settings
    metrics: Metrics
    forms: Forms
    service: Callable[[], ServiceView]
    clock: Clock
    environment: Environment = field(default_factory=_environment)

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
            values: What the template shows; ``here`` is the address the page can be opened again at.
        """
        words = self.words(request)
        cookie = self.forms.cookie(request)
        values = {"here": request.url.path, "refresh": 0, "problems": (), **values}
        html = self.environment.get_template(template).render(
            w=words, t=words.t, token=self.forms.token(cookie), token_field=FIELD, organization=self.organization,
            **values,
        )  # fmt: skip
        answer = HTMLResponse(html, status_code=status)
        self.remember(request, answer, COOKIE, cookie, session=True)
        if request.query_params.get("lang") == words.language:
            self.remember(request, answer, LANGUAGE_COOKIE, words.language)
        return answer

    @property
    def organization(self) -> str:
        """The company's name, for the pages' head."""
        return self.settings.organization

    def remember(self, request: Request, answer: Response, name: str, value: str, *, session: bool = False) -> None:
        """Set a cookie that only our own pages send back and no script reads."""
        if request.cookies.get(name) == value:
            return
        public = urlsplit(self.settings.web.public_url)
        secure = public.scheme == "https" and request.headers.get("host", "").lower() == public.netloc.lower()
        answer.set_cookie(
            name, value, max_age=None if session else 365 * 86_400, httponly=True, samesite="strict", secure=secure
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
            problems=[in_words(problem, words) for problem in problems],
            here="/",
        )

    # -- people --------------------------------------------------------------------------------------------------

    def people(self, incident: Incident) -> list[Person]:
        """Return who may act on an incident: the team without those whose accounts it is about."""
        suspected = incident.suspects
        return [person for person in self.settings.team.people if not suspected.intersection(person.accounts)]
