"""The page of one document: its versions, who approved them, where they were sent; and the forms to do so.

Comes in: addresses and forms. Goes out: the page, or a file. A document that names clients is not shown here: that it
was read has to be recorded, and a look at a page changes nothing.
"""

from collections.abc import Callable, Sequence

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from detector.errors import InputError, StoreError
from detector.incident.claims.document_remarks import DocumentRemark
from detector.rendering import TEXT_MEDIA, PdfMissingError, TextFormat, our_letterhead, read_source, write_text
from detector.schema.case.documents import DocumentKind, DocumentVersion, FiledDocument, NewDocument
from detector.web.context import PageContext
from detector.web.forms import Form, Typed, moment_typed
from detector.web.ports import DocumentsPort
from detector.web.texts import PageTexts
from detector.web.texts.problems import all_in_words, status_of
from detector.web.views.case_view import Tab
from detector.web.views.incident_routes import incident_page

_READ = ["GET", "HEAD"]
_SHOWN = 60_000
"""Characters of a text that the page shows; the whole of it is a file."""
_TYPED_TEXT = "text/markdown"
_NEEDED: dict[str, tuple[str, ...]] = {
    "add": ("kind", "title", "body"),
    "revise": ("body", "note"),
    "approve": (),
    "sent": ("to",),
    "receipt": ("number",),
}
_FIELDS = {"body": "web-missing-body", "title": "web-missing-title", "kind": "web-missing-document-kind"} | {
    "note": "web-missing-changed",
    "to": "web-missing-sent-to",
    "number": "web-missing-number",
}
Act = Callable[[DocumentsPort, str, Typed, PageTexts], FiledDocument]


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.api_route("/documents/{name}", methods=_READ)
    def one(request: Request, name: str) -> Response:
        return document_page(house, request, name)

    @router.api_route("/documents/{name}/{version}/file", methods=_READ)
    def file(request: Request, name: str, version: int) -> Response:
        desk = house.console(request).documents
        if desk.show(name).document.names_clients:
            raise HTTPException(403)
        found, body = desk.body(name, version)
        if (form := request.query_params.get("format", "")) and found.media_type == _TYPED_TEXT:
            return _written(house, request, desk.show(name), found, body, form)
        # As a file, never as a page or a script: what was filed may have been written by anybody.
        kind = "text/plain; charset=utf-8" if found.is_text else "application/octet-stream"
        headers = {"content-disposition": f'attachment; filename="{found.document_id}-v{found.version}"'}
        return Response(body, media_type=kind, headers=headers)

    @router.post("/incidents/{ref}/documents/add")
    def add(request: Request, ref: str, form: Form) -> Response:
        return _add(house, request, ref, form)

    @router.post("/documents/{name}/{act}")
    def act(request: Request, name: str, act: str, form: Form) -> Response:
        if act not in _ACTS:
            raise HTTPException(404)
        return _act(house, request, name, act, form)

    return router


def _written(
    house: PageContext, request: Request, filed: FiledDocument, version: DocumentVersion, body: bytes, form: str
) -> Response:
    """Return a text as a file of a format, with our letterhead."""
    if form not in set(TextFormat):
        raise HTTPException(404)
    wanted, document = TextFormat(form), filed.document
    text = read_source(body.decode(), language=document.language, title=document.title)
    try:
        written = write_text(
            text, wanted, our_letterhead(house.settings.organization, document.language), at=version.at
        )
    except PdfMissingError:
        return house.said(request, 503, "web-error-pdf")
    name = f"{version.document_id}-v{version.version}.{wanted.value}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(written, media_type=TEXT_MEDIA[wanted], headers=headers)


def document_page(
    house: PageContext,
    request: Request,
    name: str,
    *,
    status: int = 200,
    problems: list[str] | None = None,
    act: str = "",
    form: Typed | None = None,
) -> Response:
    """Return the page of one document, again with what is wrong and what was typed after a form that was not taken."""
    desk = house.console(request).documents
    filed = desk.show(name)
    shown, difference, altered = _read(desk, filed)
    whole = len(shown) <= _SHOWN

    def kept(of: str, field: str, default: str = "") -> str:
        return (form or {}).get(field, default) if of == act else default

    return house.page(
        request,
        "document.html",
        status=status,
        problems=problems or (),
        filed=filed,
        document=filed.document,
        may={each.value for each in desk.may(filed)},
        remarks=_remarks(desk, filed, house.words(request)),
        shown=shown[:_SHOWN],
        whole=whole,
        altered=altered,
        difference=difference,
        kept=kept,
        tried=act,
        here=f"/documents/{filed.id}",
    )


def _read(desk: DocumentsPort, filed: FiledDocument) -> tuple[str, list[str], bool]:
    """Return the newest version's text, how it differs from the one before, and whether it is not what was filed."""
    if filed.document.names_clients or not filed.newest.is_text:
        return "", [], False
    try:
        _, body = desk.body(filed.id)
        text = body.decode()
        before = filed.version(filed.newest.version - 1)
        return text, desk.differences(filed.id) if before is not None and before.is_text else [], False
    except StoreError:
        return "", [], True


def _remarks(desk: DocumentsPort, filed: FiledDocument, words: PageTexts) -> Sequence[DocumentRemark]:
    """Return what is to be said of the newest version; of one that is not what was filed nothing."""
    try:
        return desk.remarks(filed.id, words.language)
    except StoreError:
        return ()


def _add(house: PageContext, request: Request, ref: str, form: Typed) -> Response:
    words, desk = house.words(request), house.console(request).documents
    if not house.forms.good(request, form):
        return house.stale(request, form)
    problems = _missing("add", form, words)
    if form.get("kind") and form["kind"] not in frozenset(DocumentKind):
        problems.append(words.t("web-missing-document-kind"))
    status = 400
    if not problems:
        new = NewDocument(
            kind=DocumentKind(form["kind"]),
            language=form.get("language") or words.language,
            title=form["title"],
            media_type=_TYPED_TEXT,
            body=form["body"].encode(),
            duty=form.get("duty", ""),
            two_persons=form.get("two_persons") == "yes",
            names_clients=form.get("names_clients") == "yes",
        )
        try:
            return RedirectResponse(f"/documents/{desk.add(ref, new).id}", status_code=303)
        except InputError as error:
            status, problems = status_of(error), all_in_words(error.problems, words)
    detail = house.console(request).detail(ref)
    return incident_page(
        house, request, detail, tab=Tab.DOCUMENTS, status=status, problems=problems, act="document", typed=form
    )


def _act(house: PageContext, request: Request, name: str, act: str, form: Typed) -> Response:
    words, desk = house.words(request), house.console(request).documents
    if not house.forms.good(request, form):
        return house.stale(request, form)
    problems, status = _missing(act, form, words), 400
    if form.get("at") and moment_typed(form["at"], words.zone) is None:
        problems.append(words.t("web-bad-moment"))
    if not problems:
        try:
            return RedirectResponse(f"/documents/{_ACTS[act](desk, name, form, words).id}", status_code=303)
        except InputError as error:
            status, problems = status_of(error), all_in_words(error.problems, words)
    return document_page(house, request, name, status=status, problems=problems, act=act, form=form)


def _missing(act: str, form: Typed, words: PageTexts) -> list[str]:
    return [words.t(_FIELDS[name]) for name in _NEEDED[act] if not form.get(name)]


def _number(form: Typed) -> int | None:
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


_ACTS: dict[str, Act] = {
    "revise": lambda desk, name, form, _: desk.revise(
        name, media_type=desk.show(name).newest.media_type, body=form["body"].encode(), note=form["note"]
    ),
    "approve": lambda desk, name, form, words: desk.approve(
        name, version=_number(form), reason=form.get("reason", ""), language=words.language
    ),
    "sent": lambda desk, name, form, words: desk.sent(
        name,
        to=form["to"],
        at=moment_typed(form.get("at", ""), words.zone),
        version=_number(form),
        reason=form.get("reason", ""),
        language=words.language,
    ),
    "receipt": lambda desk, name, form, words: desk.receipt(
        name, number=form["number"], at=moment_typed(form.get("at", ""), words.zone), reason=form.get("reason", "")
    ),
}
