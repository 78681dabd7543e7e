"""The open form: whoever saw something that should not be tells us, without an account.

Comes in: a form of anybody. Goes out: thanks with a number, the same whatever was written and whomever it is about. It
exists where ``web.report_form`` says so. Nothing that is kept can be asked for here.
"""

import secrets

from fastapi import APIRouter, HTTPException, Request, Response

from detector.errors import InputError
from detector.incident.reports import ReportTold
from detector.schema.outside.outside_reports import ReportKind
from detector.web.context import PageContext
from detector.web.entry.signed_in import address_of_visitor
from detector.web.forms import FILE_LIMIT, KEY, OPEN_FORM, Typed
from detector.web.reports.attached_file import BEGINS, FormWithFile, SentForm
from detector.web.reports.form_limits import FormLimits

KINDS = (ReportKind.CLIENT, ReportKind.PARTNER, ReportKind.JOURNALIST, ReportKind.LEAK_SAMPLE, ReportKind.OTHER)
_NONE: Typed = {}
_LONGEST = {"text": 4000, "sender": 300, "client": 100}


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router, limits = APIRouter(), FormLimits()

    @router.api_route(OPEN_FORM, methods=["GET", "HEAD"])
    def ask(request: Request) -> Response:
        _must_be_open(house)
        return _page(house, request)

    @router.post(OPEN_FORM)
    def report(request: Request, form: FormWithFile) -> Response:
        _must_be_open(house)
        return _report(house, request, form, limits)

    return router


def _must_be_open(house: PageContext) -> None:
    if not house.settings.web.report_form:
        raise HTTPException(404)


def _report(house: PageContext, request: Request, sent: SentForm, limits: FormLimits) -> Response:
    words, form, file = house.words(request), sent.fields, sent.file
    if not house.forms.good(request, form):
        return _page(house, request, status=403, problems=[words.t("web-error-token")], typed=form)
    problems = [words.t(f"web-report-missing-{name}") for name in ("kind", "text") if not form.get(name)]
    problems += [
        words.t("web-report-too-long", count=most) for name, most in _LONGEST.items() if len(form.get(name, "")) > most
    ]
    kinds = {each.value: each for each in KINDS}
    if form.get("kind") and form["kind"] not in kinds:
        problems.append(words.t("web-report-missing-kind"))
    if file is not None and file.flaw:
        size = words.size(FILE_LIMIT)
        problems.append(words.t(f"web-report-file-{file.flaw}", size=size, endings=", ".join(sorted(BEGINS))))
    if problems:
        return _page(house, request, status=400, problems=problems, typed=form)
    if not limits.allow(address_of_visitor(request), house.clock.now()):
        return _enough(house, request, 429, form)
    told = ReportTold(
        kind=kinds[form["kind"]],
        text=form["text"],
        sender=form.get("sender", ""),
        language=words.language,
        clients=(form["client"],) if form.get("client") else (),
        file_name=file.name if file is not None else "",
        key=form.get(KEY) or secrets.token_urlsafe(9),
    )
    try:
        taken = house.consoles.take_report(told, file.body if file is not None else None)
    except InputError:
        return _enough(house, request, 503, form)
    return _page(house, request, number=taken.id, file_left=file is not None and not taken.file_sha256)


def _enough(house: PageContext, request: Request, status: int, form: Typed) -> Response:
    """Say that it is not taken now, and how else we are reached: what was typed stays."""
    house.metrics.web_refused.labels("report").inc()
    us, letters, words = house.settings.organization, house.settings.letters, house.words(request)
    hotline = (letters.hotline_ru if words.language == "ru" else "") or letters.hotline
    ways = ", ".join(filter(None, (" ".join(hotline.split()), us.phone, us.email)))
    said = words.t("web-report-enough", ways=ways or "none")
    return _page(house, request, status=status, problems=[said], typed=form)


def _page(
    house: PageContext,
    request: Request,
    *,
    status: int = 200,
    problems: list[str] | None = None,
    typed: Typed = _NONE,
    number: str = "",
    file_left: bool = False,
) -> Response:
    return house.page(
        request,
        "reports/form.html",
        status=status,
        problems=problems or (),
        typed=typed,
        number=number,
        file_left=file_left,
        kinds=[each.value for each in KINDS],
        longest=_LONGEST,
        largest=FILE_LIMIT,
        endings=sorted(BEGINS),
        bare=True,
        strip=False,
        here=OPEN_FORM,
    )
