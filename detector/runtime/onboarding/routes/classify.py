"""What the words, ids and method of an endpoint say.

Comes in: an endpoint. Goes out: which objects its path names, what is done, whether somebody signs in there, and why it
can be no client data. Whether it is proposed is decided elsewhere (``guess_routes``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from detector.runtime.onboarding.guessed_route import Skipped
from detector.runtime.onboarding.request_words import RequestWords, words_of
from detector.runtime.onboarding.routes.endpoints import ID, Endpoint

_PAGES = frozenset(
    {"", "php", "asp", "aspx", "ashx", "asmx", "jsp", "jsf", "do", "action", "json", "html", "htm", "xml", "cgi", "pl"}
)
_EXPORTS = frozenset({"csv", "xls", "xlsx", "zip", "ods", "vcf"})
_PACKED = frozenset({"gz", "tgz", "bz2", "xz", "7z", "rar", "tar"})
_DOWNLOADS = frozenset({"pdf", "doc", "docx", "odt", "rtf", "dcm", "eml", "msg", "tif", "tiff", "jpg", "jpeg", "png"})
_BY_METHOD = {"PUT": "update", "PATCH": "update", "DELETE": "delete"}
OF_MANY = ("list", "search", "export")
_CHANGES = ("create", "update", "delete")
NEVER = frozenset({"OPTIONS", "TRACE", "CONNECT"})
SIGNED_IN = 0.2
_CRAWLED, _MOSTLY = 0.02, 0.5
_LARGE = 1_000_000
OPEN = (Skipped.STATIC, Skipped.PUBLIC, Skipped.HEALTH, Skipped.UNANSWERED)
"""Why something is open to all: a file of a page, read by search engines, about no data at all."""


@dataclass(frozen=True, slots=True)
class EndpointReading:
    """What an endpoint's path says.

    Attributes:
        objects: Object types it names, each with the number of its segment.
        ids: Numbers of the segments that are ids of records.
        tenant: Number of the segment that names a company, within which the ids behind it are given; None: none does.
        extension: Of the last segment, without the dot; empty when it has none.
        words: All its words.
    """

    endpoint: Endpoint
    objects: tuple[tuple[int, str], ...]
    ids: tuple[int, ...]
    extension: str
    words: frozenset[str]
    tenant: int | None = None

    @property
    def has_id(self) -> bool:
        """Whether it names one record, in its path or its query."""
        return bool(self.ids or self.endpoint.ids)


def read(one: Endpoint, words: RequestWords) -> EndpointReading:
    """Return what an endpoint's path says."""
    segments = one.segments
    last = segments[-1] if segments else ""
    stem, dot, extension = last.rpartition(".")
    extension = extension.lower() if dot and stem and len(extension) <= 5 else ""
    if extension not in _PAGES | _EXPORTS | _DOWNLOADS and words.action_in({extension}):
        extension = ""  # a method of a remote call: /rpc/Customer.Get
    named = [
        name.removesuffix(f".{extension}") if at == len(segments) - 1 else name for at, name in enumerate(segments)
    ]
    objects = [(at, kind) for at, name in enumerate(named) for kind in words.objects_in(name.replace(ID, ""))]
    said = frozenset(word for name in named for word in words_of(name.replace(ID, "")))
    ids = tuple(at for at, name in enumerate(segments) if ID in name)
    tenant = _tenant(one, ids, objects, words)
    records = tuple(at for at in ids if at != tenant)
    return EndpointReading(one, tuple(objects), records, extension, said, tenant)


def _tenant(one: Endpoint, ids: Sequence[int], objects: Sequence[tuple[int, str]], words: RequestWords) -> int | None:
    """Return the last id before what the path is about that is a company's: behind a word for such, or a name in front.

    A branch, a manager or a client has clients and documents, too: taken for companies they would make one client many.
    """
    segments = one.segments
    login = {*words.file.login, *words.file.logout}
    for at in reversed(ids):
        about = any(place > at for place, _ in objects) or any(
            login & set(words_of(name)) for name in segments[at + 1 :]
        )
        told = at > 0 and bool(set(words_of(segments[at - 1])) & set(words.file.tenants))
        first = at == 0 and at < max(ids) and one.companies_in_front
        if segments[at] == ID and about and (told or first):
            return at
    return None


def skipped_because(reading: EndpointReading, words: RequestWords) -> Skipped | None:
    """Return why it can be no client data; None when it may."""
    one, static = reading.endpoint, words.file.static
    if one.method in NEVER or not one.answered:
        return Skipped.UNANSWERED
    if words.file.health and reading.words & set(words.file.health) and not reading.has_id and not reading.objects:
        return Skipped.HEALTH
    private = any(words.file.objects[kind].sure for _, kind in reading.objects) and reading.has_id
    folders = {name.lower() for name in one.segments[:-1]} & set(static.folders)
    if folders or set(one.segments) & set(static.names) or (reading.extension in static.extensions and not private):
        return Skipped.STATIC
    if one.crawled > _CRAWLED and one.signed_in < _MOSTLY:
        return Skipped.PUBLIC
    if reading.extension in _PACKED and (reading.objects or words.action_in(set(reading.words)) == "export"):
        return None  # clients.csv.gz is no part of a page, as the archive of a program on a public site is
    if reading.extension not in _PAGES | _EXPORTS | _DOWNLOADS:
        return Skipped.STATIC
    return None


def may_be_private(reading: EndpointReading) -> bool:
    """Tell whether it may be about clients though no word of the list says so: it has an id, or sends something."""
    return reading.has_id or reading.endpoint.method not in ("", "GET", "HEAD")


def sign(reading: EndpointReading, words: RequestWords) -> str:
    """Return ``login`` or ``logout`` where somebody signs in or out, else nothing."""
    near = {word for name in reading.endpoint.segments[-2:] for word in words_of(name)}
    near |= {name.lower().replace("-", "").replace("_", "") for name in reading.endpoint.segments[-2:]}
    if near & set(words.file.logout):
        return "logout"
    return "login" if near & set(words.file.login) and not reading.ids else ""


def inside(reading: EndpointReading, words: RequestWords) -> bool:
    """Tell whether it is not for the public: by the place's name, or because most who come have an account."""
    return bool(reading.words & set(words.file.inside)) or reading.endpoint.signed_in >= SIGNED_IN


def action_of(reading: EndpointReading, words: RequestWords) -> str:
    """Return what is done: by words, by what a file is, by the method, by size."""
    one, method = reading.endpoint, reading.endpoint.method.upper()
    said = words.action_in(set(reading.words))
    reads = method in ("", "GET", "HEAD")
    if method in _BY_METHOD and said not in ("export", "download", "search", "print"):
        return _BY_METHOD[method]
    if said and not (reads and said in _CHANGES):  # GET user_edit.php?ID=7 shows a form: it reads
        return "read" if said == "list" and reading.has_id else said
    if reading.extension in _EXPORTS | _PACKED:
        return "export"
    if reading.extension in _DOWNLOADS:
        return "download"
    if reading.has_id:
        return "read" if reads else "update"
    if one.searches:
        return "search"
    if not reads:
        return "create"
    return "export" if one.largest >= _LARGE else "list"
