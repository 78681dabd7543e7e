"""Filters: documents that narrow rules of others without touching their files.

Comes in: a document with ``filter:``. Goes out: a ``Filter``, which says of a rule whether it is meant, and narrows it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sigma.filters import SigmaFilter
from sigma.rule import SigmaRule

from detector.detect.rules.loading.document import Document, check_detection, for_sigma, refuse_all
from detector.detect.rules.loading.rule_context import Placeholders
from detector.detect.rules.ruleset import About

_ANY = "any"


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter.

    Attributes:
        document: Where it stands.
        title: What it calls itself.
        rules: Ids and names of the rules it is about; None: all of its log source.
        sigma: As pySigma read it; None when it has problems.
    """

    document: Document
    title: str
    rules: frozenset[str] | None
    sigma: SigmaFilter | None

    def means(self, rule: SigmaRule, about: About) -> bool:
        """Say whether a rule is narrowed by it."""
        if self.sigma is None or rule.logsource not in self.sigma.logsource:
            return False
        return self.rules is None or not self.rules.isdisjoint((about.id, about.name))

    def narrow(self, rule: SigmaRule) -> None:
        """Let the rule hold only where the filter's condition does, too."""
        if self.sigma is not None:
            self.sigma.apply_on_rule(rule)

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Note the rules it names that are not there."""
        for name in sorted((self.rules or frozenset()) - set(known)):
            self.document.refuse(f"the rule {name} is not there", "filter", "rules", fix="give an id or name")


def read_filter(document: Document, placeholders: Placeholders) -> Filter:
    """Read a filter; its problems are noted in the document."""
    before = len(document.problems)
    sigma = SigmaFilter.from_dict(for_sigma(document), collect_errors=True)
    check_detection(document, "filter", placeholders)
    if len(document.problems) == before:
        refuse_all(document, sigma.errors)
    usable = len(document.problems) == before
    rules = _named(document.data.get("filter")) if usable else None
    sigma.filter.rules = _ANY  # which rules are meant is told here: ids need not be UUIDs
    return Filter(document, str(document.data.get("title") or ""), rules, sigma if usable else None)


def _named(body: Any) -> frozenset[str] | None:
    rules = body["rules"]
    named = [rules] if isinstance(rules, str) else list(map(str, rules))
    return None if not named or [name.lower() for name in named] == [_ANY] else frozenset(named)
