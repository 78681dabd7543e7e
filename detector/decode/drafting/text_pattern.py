r"""Patterns drafted from lines of text: times, addresses, requests, pairs become groups, other words labels.

Comes in: lines. Goes out: patterns with grok names, the one that fits the most lines first. A line is cut into tokens
from left to right, each by a small pattern; what stands behind the last token that means something is free text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from detector.decode.drafting.guess import ACCOUNTS, SECRETS, as_texts, like_accounts, of_name, of_values
from detector.decode.enrich.addresses import plausible_client
from detector.decode.grok import expand, group

_MOST_PATTERNS = 4
_TRIED = 40
_LONGEST = 2_000
_MOST_TOKENS = 120
_FEWEST = 0.02
"""A pattern that fits a smaller share of the lines is not worth a place in the draft."""
_ISO = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?(?: ?Z| ?[+-][0-9]{2}:?[0-9]{2})?"
_QUOTED = r'"(?:[^"\\]|\\.)*"'


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of a line and what may stand in its place.

    Attributes:
        regex: What fits it; ``§`` stands for the name of its group.
        name: The column or label it gives; empty: it is fixed text.
        firm: It means something: an address, a time, a request.
    """

    regex: str
    name: str = ""
    firm: bool = False


_TIMES = (
    (re.compile(_ISO), "%{TIMESTAMP_ISO8601:§}"),
    (re.compile(r"[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9:]{8} [+-][0-9]{4}"), "%{HTTPDATE:§}"),
    (re.compile(r"1[0-9]{9}\.[0-9]{3,6}(?![0-9])|1[0-9]{12}(?![0-9])|1[0-9]{9}(?![0-9.])"), r"(?P<§>[0-9.]{10,17})"),
)
FORMS = {
    "(?P<time>[0-9]{2}[-/][A-Z][a-z]{2}[-/][0-9]{4}[ T][0-9:]{8})": ("%d-%b-%Y %H:%M:%S", "%d/%b/%Y %H:%M:%S"),
    "(?P<time>[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9:]{8})": ("%Y/%m/%d %H:%M:%S",),
    "(?P<time>[0-9]{2}[.][0-9]{2}[.][0-9]{4} [0-9:]{8})": ("%d.%m.%Y %H:%M:%S",),
}
"""Times that are not read by themselves, and their forms."""
_SPELLED = tuple((re.compile(text.replace("?P<time>", "")), text) for text in FORMS)
_REQUEST = re.compile(r'"[A-Z]{3,10} [^" ]+ HTTP/[0-9.]{1,3}"')
_METHOD = re.compile(r"(?:GET|POST|HEAD|PUT|DELETE|PATCH|OPTIONS)(?= \S)")
_TARGET = re.compile(r"(?:https?://[^\s/\"]+)?/[^\s\",;\])]*")
_PAIR = re.compile(rf"([A-Za-z_@][A-Za-z0-9_.@-]{{0,40}})([=:] ?)({_QUOTED}|'[^']*'|[^\s,;\"'\])]+)")
_WORD_ACCOUNT = re.compile(r"(?i)(user|account|login|principal)( )('[^']*'|\"[^\"]*\")")
_ADDRESS = re.compile(r"\[?[0-9A-Fa-f:.]{2,45}(?:%[0-9A-Za-z]+)?\]?(?![0-9A-Za-z_])")
_STATUS = re.compile(r"[1-5][0-9]{2}(?![0-9A-Za-z.:/-])")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?(?![0-9A-Za-z_.-])")
_LEVEL = re.compile(
    r"(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|CRITICAL|FATAL|SEVERE)\b|(?:info|warn|error|debug)\b"
)
_WORD = re.compile(r"[^\s\"'\[\](){}<>,;|=]+")
_WORDS = r'(?P<§>[^\s"\[\](){}<>,;|=]*[^\s"\[\](){}<>,;|=:.])'
_GROUP = re.compile(r"%\{\w+:([\w.]+)\}|\(\?P<([\w.]+)>")
_BESIDE = re.compile(r"(?:\\s|\\?[ \[\](),;|/-]){1,4}")
"""What may stand between an address and its account in a pattern."""
_QUOTE = re.compile(_QUOTED)


def draft_patterns(lines: Sequence[str]) -> tuple[str, ...]:
    """Return patterns that together fit as many of the lines as can be; none when no line has a time."""
    column = pl.Series([line[:_LONGEST] for line in lines], dtype=pl.String())
    found: list[str] = []
    least = max(1, int(_FEWEST * len(column)))
    while len(column) and len(found) < _MOST_PATTERNS:
        step = max(1, len(column) // _TRIED)
        drafts = dict(draft for line in column.gather_every(step).to_list() for draft in _patterns(line))
        counts = {pattern: int(column.str.contains(_whole(pattern)).sum()) for pattern in drafts}
        best = max(counts, key=lambda pattern: (counts[pattern] * drafts[pattern], len(pattern)), default="")
        if not best or counts[best] < least:
            break
        fits = column.str.contains(_whole(best))
        found.append(_with_account(best, column.filter(fits)))
        column = column.filter(~fits)
    return tuple(found)


def _with_account(pattern: str, lines: pl.Series) -> str:
    """Return the pattern with the word beside the address named as the account, where its values look like accounts."""
    groups = list(_GROUP.finditer(pattern))
    names = [one[1] or one[2] for one in groups]
    if ACCOUNTS & set(names) or "source.ip" not in names:
        return pattern
    address = names.index("source.ip")
    for at in (address + 1, address - 1):
        if not (0 <= at < len(names) and names[at].startswith("word")):
            continue
        first, second = sorted((groups[at], groups[address]), key=re.Match.start)
        if not _BESIDE.fullmatch(pattern[first.end() : second.start()].removeprefix(_rest_of(first[0]))):
            continue
        values = lines.str.extract_groups(_whole(pattern)).struct.field(group(at))
        if like_accounts(as_texts(values.to_list())):
            return re.sub(rf"(?<=[:<]){names[at]}(?=[}}>])", "user.name", pattern)
    return pattern


def _rest_of(opening: str) -> str:
    """Return what stands behind the name of a group until it ends: a grok name ends with it."""
    return _WORDS.partition(">")[2] if opening.startswith("(?P") else ""


def _whole(pattern: str) -> str:
    return f"(?s)^(?:{expand(pattern).regex})$"


def _patterns(line: str) -> Iterator[tuple[str, int]]:
    """Give patterns of a line, to its end and with free text behind, and how many of their parts mean something."""
    tokens = list(_tokens(line))
    if not any(token.name == "time" for token in tokens):
        return
    last = max(at for at, token in enumerate(tokens) if token.firm)
    firm = sum(token.firm for token in tokens)
    if len(tokens) <= _MOST_TOKENS:
        yield "".join(_written(tokens)), firm
    if last + 1 < len(tokens) and last <= _MOST_TOKENS:
        yield "".join(_written(tokens[: last + 1])) + "%{GREEDYDATA:message}", firm


def _written(tokens: Sequence[_Token]) -> Iterator[str]:
    """Give the tokens as a pattern; a name that was given already becomes a label with a number."""
    counts: dict[str, int] = {}
    for token in tokens:
        if not token.name:
            yield token.regex
            continue
        counts[token.name] = counts.get(token.name, 0) + 1
        plain = token.name.replace(".", "_")
        number = counts[token.name]
        only = token.name in ("word", "number", "text")
        yield token.regex.replace("§", token.name if number == 1 and not only else f"{plain}{number}")


def _tokens(line: str) -> Iterator[_Token]:
    at = 0
    seen: set[str] = set()
    while at < len(line):
        found = _token(line, at, seen)
        if found is None:
            yield _Token(fixed(line[at]))
            at += 1
            continue
        token, at = found
        seen.update(one.name for one in token)
        yield from token


def fixed(text: str) -> str:
    """Return the pattern of a fixed text; a blank stays one, so that people can read it."""
    return "".join(
        letter if letter == " " else r"\s" if letter.isspace() else re.escape(letter) if letter.isprintable() else "."
        for letter in text
    )


def _token(line: str, at: int, seen: set[str]) -> tuple[list[_Token], int] | None:
    """Return the token at a place, and where the next begins; None for a single letter of fixed text."""
    start = at == 0 or not (line[at - 1].isalnum() or line[at - 1] in "._-")
    if not start:
        return None
    if "time" not in seen:
        for shape, written in (*_TIMES, *_SPELLED):
            if found := shape.match(line, at):
                return [_Token(written, "time", firm=True)], found.end()
    for read in (_request, _pair, _address, _plain):
        if made := read(line, at, seen):
            return made
    return None


def _request(line: str, at: int, seen: set[str]) -> tuple[list[_Token], int] | None:
    if found := _REQUEST.match(line, at):
        return [_Token(r'"(?P<§>(?:[^"\\]|\\.)*)"', "request", firm=True)], found.end()
    if "http.request.method" not in seen and (found := _METHOD.match(line, at)):
        return [_Token("%{HTTPMETHOD:§}", "http.request.method", firm=True)], found.end()
    if found := _TARGET.match(line, at):
        firm = "target" not in seen and "request" not in seen
        return [_Token(r'(?P<§>[^\s",;\])]*)', "target" if firm else "path", firm=firm)], found.end()
    return None


def _pair(line: str, at: int, seen: set[str]) -> tuple[list[_Token], int] | None:
    found = _WORD_ACCOUNT.match(line, at) or _PAIR.match(line, at)
    if found is None:
        return None
    key, between, value = found[1], found[2], found[3]
    quote = value[0] if value[0] in "\"'" else ""
    if between[0] == ":" and of_name(key) is None:
        return None
    plain = value.strip(quote) if quote else value
    told = of_values(key, [plain]) if between.strip() or found.re is _WORD_ACCOUNT else None
    name = told[0] if told and told[0] != "time" and told[0] not in seen else re.sub(r"[^A-Za-z0-9_]", "_", key)
    inner = '(?:[^"\\\\]|\\\\.)*' if quote == '"' else "[^']*" if quote else r"[^\s,;\"'\])]+"
    secret = bool(SECRETS.search(key))
    value_token = _Token(f"(?:{inner})") if secret else _Token(f"(?P<§>{inner})", name, firm=bool(told))
    made = [_Token(fixed(key + between) + quote), value_token, *([_Token(quote)] if quote else [])]
    return made, found.end()


def _address(line: str, at: int, seen: set[str]) -> tuple[list[_Token], int] | None:
    found = _ADDRESS.match(line, at)
    if found is None:
        return None
    text = found[0]
    host, colon, port = text.rpartition(":")
    if colon and port.isdigit() and host.count(".") == 3 and plausible_client(host):
        return [_Token("%{IP:§}", "source.ip", firm="source.ip" not in seen), _Token(":[0-9]+")], found.end()
    if text.count(".") != 3 and text.count(":") < 2:
        return None
    if not plausible_client(text):
        return None
    bracketed = text.startswith("[")
    name = "source.ip" if "source.ip" not in seen else "address"
    token = _Token(r"\[%{IP:§}\]" if bracketed else "%{IP:§}", name, firm="source.ip" not in seen)
    return [token], found.end()


def _plain(line: str, at: int, seen: set[str]) -> tuple[list[_Token], int] | None:
    if found := _QUOTE.match(line, at):
        name = "user_agent.original" if re.match(r'"(?:Mozilla/|curl/|\w+/[0-9])', found[0]) else "text"
        name = "http.request.referrer" if found[0].startswith('"http') else name
        return [_Token(r'"(?P<§>(?:[^"\\]|\\.)*)"', name, firm=name != "text")], found.end()
    if seen & {"request", "target"} and "http.response.status_code" not in seen and (found := _STATUS.match(line, at)):
        return [_Token("%{HTTPSTATUS:§}", "http.response.status_code", firm=True)], found.end()
    if found := _LEVEL.match(line, at):
        return [_Token("%{LOGLEVEL:§}", "level")], found.end()
    if found := _NUMBER.match(line, at):
        return [_Token("%{NUMBER:§}", "number")], found.end()
    if found := _WORD.match(line, at):
        word = found[0].rstrip(":.")
        alone = line[at + len(word) :][:1] in (" ", "")
        return ([_Token("%{NOTSPACE:§}" if alone else _WORDS, "word")], at + len(word)) if word else None
    return None
