"""Path patterns: a path as sent, with ids and names of people taken out, so that it may be shown and counted.

Comes in: paths of requests (``/api/customers/4711``). Goes out: what thousands of them have in common
(``/api/customers/{id}``), spelt as a route of the record map would be. The query is cut off.

A segment is kept when it reads like a word somebody gave an address: letters, joined by ``.``, ``-`` or ``_``, a digit
at the end at most. Everything else (numbers, UUIDs, hexadecimal, tokens, e-mail addresses, long or mixed texts) is an
id. One regular expression decides for both ways through this module, so they agree: it has no lookaround, and no
repetition within another, so Python's engine does not backtrack on it either.

No rule can tell a surname from a word (``/clients/smith``) by one path alone. Many can: segments of which there are
many under one parent are ids, whatever they look like (``merge_siblings``).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import lru_cache
from statistics import median

import polars as pl

from detector.decode.record_map.normalize_path import SPECIAL, normalised

ID = "{id}"
"""Stands for a segment that is an id, or for its part before an extension."""
REST = "**"
"""Stands for segments beyond ``DEPTH``."""
DEPTH = 12
MOST = 20
"""More different segments than this under one parent are ids ..."""
SHARE = 0.05
"""... except those with at least this share of the parent's requests."""
OUTLIER = 10
"""... and, at the root, where names of people do not stand, those with so many times the median: whoever asks for
invented addresses must not hide the others."""
_LONGEST_WORD = 40
_LONGEST_PATH = 4096

_LETTER = "A-Za-z\u00c0-\u024f\u0400-\u04ff"
_CONSONANTS = "bcdfghjklmnpqrstvwxz"
_KNOWN = "i18n|l10n|b2b|b2c|2fa|3ds|s3|h2|md5|sha1|sha256|oauth2|saml2|base64|x509|utf8|utf-8|iso8601|h264|mp3|mp4"
# Not an id: these words, a version, or letters with few signs between them, and at most one digit at the end.
_WORD = (
    rf"^(?:{_KNOWN}|[vV][0-9]{{1,3}}(?:\.[0-9]{{1,3}})?|[.$_]?[{_LETTER}][{_LETTER}._:-]*[0-9]?(?:\.[{_LETTER}]{{1,6}})?)"
    r"(?:\(\{id\}\))?$"
)
# An id all the same: hexadecimal letters, a token of mixed case, letters nobody can say, a sentence.
_TOKEN = (
    r"^[A-Fa-f]{8,}$"
    r"|(?:[a-z][A-Z]){4}|[A-Z]{2}[a-z][A-Z][a-z][A-Z]{2}"
    rf"|[{_CONSONANTS}]{{7}}|[{_CONSONANTS.upper()}]{{7}}"
    rf"|[-_.][^-_.]+[-_.][^-_.]+[-_.][^-_.]+[-_.][^-_.]+[-_.]"
)
_EXTENSIONS = (
    "pdf|json|xml|csv|txt|html|htm|php|asp|aspx|ashx|jsp|do|action|doc|docx|xls|xlsx|odt|ods|rtf|zip|png|jpg|jpeg|gif"
    "|tif|tiff|webp|eml|msg|ics|vcf|dcm|gz|tgz|bz2|xz|7z|rar|tar"
)
_EXTENDED = rf"^.+\.({_EXTENSIONS})$"
# OData puts the id in brackets behind the name: /Customers(4711).
_BRACKETS = rf"^([{_LETTER}][{_LETTER}._-]*)\([^()]+\)$"

_word, _token = re.compile(_WORD), re.compile(_TOKEN)
_extended, _brackets = re.compile(_EXTENDED, re.DOTALL), re.compile(_BRACKETS)


def path_pattern(path: str) -> str:
    """Return what ``path`` has in common with others of its kind: ``/clients/{id}/documents/{id}.pdf``."""
    names = normalised(_bare(path)).split("/")[1:]
    made = [_segment(name) if name else "" for name in names[:DEPTH]]
    return "/" + "/".join([*made, REST] if len(names) > DEPTH else made)


def is_word(segment: str) -> bool:
    """Tell whether a segment reads like a word somebody gave an address, and not like an id."""
    short = len(segment) <= _LONGEST_WORD
    return short and _word.fullmatch(segment) is not None and _token.search(segment) is None


@lru_cache(maxsize=4096)
def _segment(name: str) -> str:
    if odata := _brackets.fullmatch(name):
        name = f"{odata[1]}({ID})"
    if is_word(name):
        return name
    extended = _extended.fullmatch(name)
    return f"{ID}.{extended[1]}" if extended else ID


def _bare(path: str) -> str:
    return path.partition("?")[0][:_LONGEST_PATH]


def path_patterns(paths: pl.Series) -> pl.Series:
    """Return the pattern of each path of a column, null where that is null; the same as ``path_pattern`` gives."""
    (made,) = paths.alias("path").to_frame().select_seq(_SPELT.pipe(path_pattern_expr)).get_columns()
    return made.alias(paths.name)


def path_pattern_expr(path: pl.Expr) -> pl.Expr:
    """Return the expression for the patterns of a column of paths that are in their one spelling already."""
    name = pl.element().str.replace(_BRACKETS, f"$1({ID})")
    short = name.str.len_chars() <= _LONGEST_WORD
    is_word_expr = (name == "") | (short & name.str.contains(_WORD) & ~name.str.contains(_TOKEN))
    masked = (
        pl.when(is_word_expr)
        .then(name)
        .when(name.str.contains(f"(?s){_EXTENDED}"))
        .then(name.str.replace(f"(?s){_EXTENDED}", f"{ID}.$1"))
        .otherwise(pl.lit(ID))
    )
    names = path.str.strip_prefix("/").str.split("/")
    short = names.list.head(DEPTH).list.eval(masked).list.join("/")
    rest = pl.when(names.list.len() > DEPTH).then(pl.lit(f"/{REST}")).otherwise(pl.lit(""))
    return pl.concat_str([pl.lit("/"), short, rest])


def _one_spelling(paths: pl.Series) -> pl.Series:
    """Return paths in their one spelling; only those with more than one are looked at one by one."""
    bare = paths.str.split("?").list.first().str.head(_LONGEST_PATH)
    odd = bare.str.contains(SPECIAL) | ~bare.str.starts_with("/")
    if not odd.any():
        return bare
    spelt = [None if path is None else normalised(path) for path in bare.filter(odd).to_list()]
    return bare.scatter(odd.arg_true(), pl.Series(spelt, dtype=pl.String()))


_SPELT = pl.col("path").map_batches(_one_spelling, return_dtype=pl.String())


def merge_siblings(counts: Mapping[str, int]) -> Counter[str]:
    """Return counts by pattern (``GET /clients/smith``), crowded segments as ``{id}``.

    Patterns that are no paths stay as they are.
    """
    merged: Counter[str] = Counter()
    paths: list[tuple[str, list[str], int]] = []
    for pattern, count in counts.items():
        method, slash, path = pattern.partition("/")
        if slash and method in ("", method.strip() + " "):
            paths.append((method, path.split("/"), count))
        else:
            merged[pattern] += count
    for depth in range(DEPTH):
        _merge_at(depth, [one for one in paths if len(one[1]) > depth])
    for method, segments, count in paths:
        merged[f"{method}/{'/'.join(segments)}"] += count
    return merged


def _merge_at(depth: int, paths: list[tuple[str, list[str], int]]) -> None:
    children: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for _, segments, count in paths:
        children[tuple(segments[:depth])][segments[depth]] += count
    crowded = {parent: _rare(names, root=not parent) for parent, names in children.items() if len(names) > MOST}
    if crowded:
        for _, segments, _ in paths:
            if segments[depth] in crowded.get(tuple(segments[:depth]), ()):
                segments[depth] = ID


def _rare(names: Counter[str], *, root: bool) -> frozenset[str]:
    least = SHARE * names.total()
    if root:
        least = min(least, OUTLIER * median(names.values()))
    return frozenset(name for name, count in names.items() if count < least and ID not in name)
