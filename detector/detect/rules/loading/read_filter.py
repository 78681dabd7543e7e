"""Filters: documents that narrow rules of others without touching their files.

Comes in: a document with ``filter:``. Goes out: a ``Filter``, which says of a rule whether it is meant, and narrows it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sigma.exceptions import SigmaError
from sigma.filters import SigmaFilter
from sigma.rule import SigmaLogSource, SigmaRule

from detector.detect.rules.condition import fields_of
from detector.detect.rules.loading.document import (
    Document,
    check_columns,
    check_detection,
    for_sigma,
    refusal,
    refuse_all,
)
from detector.detect.rules.loading.expand_placeholders import expand
from detector.detect.rules.loading.regular_expression import POLICY
from detector.detect.rules.loading.rule_context import Placeholders
from detector.detect.rules.loading.sigma_conditions import from_sigma
from detector.detect.rules.logsources.table import OURS
from detector.detect.rules.ruleset import About

_ANY = "any"


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter.

    Attributes:
        document: Where it stands.
        title: What it calls itself.
        rules: Ids and names of the rules it is about; None: all of its log source.
        fields: The fields it asks for.
        sigma: As pySigma read it; None when it has problems.
    """

    document: Document
    title: str
    rules: frozenset[str] | None
    fields: frozenset[str]
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

    def refuse_idle(
        self, rules: Sequence[tuple[About, SigmaLogSource]], correlations: Collection[str], known: Collection[str]
    ) -> None:
        """Note what of it narrows nothing.

        Args:
            rules: All rules that can be narrowed, and their log sources.
            correlations: Ids and names of rules about several events.
            known: Ids and names of all rules.
        """
        if self.sigma is None:
            return
        fits = {name for about, where in rules for name in (about.id, about.name) if where in self.sigma.logsource}
        if self.rules is None and not fits:
            self.document.refuse("no rule is of its log source", "logsource", fix="give that of the rules it narrows")
        others = {name for about, _ in rules for name in (about.id, about.name)} - fits
        for name in sorted(self.rules or frozenset()):
            if name in correlations:
                self._refuse(f"{name} is about several events, which no filter narrows", "name the rules it counts")
            elif name in others:
                what = f"the rule {name} is of another log source than the filter, or of a wider one"
                self._refuse(what, "give the filter the rule's log source")
            elif name not in known:
                self._refuse(f"the rule {name} is not there", "give an id or name")

    def _refuse(self, what: str, fix: str) -> None:
        self.document.refuse(what, "filter", "rules", fix=fix)


def read_filter(document: Document, placeholders: Placeholders, *, plain: bool) -> Filter:
    """Read a filter; its problems are noted in the document."""
    before = len(document.problems)
    sigma = SigmaFilter.from_dict(for_sigma(document), collect_errors=True, policy=POLICY)
    check_detection(document, "filter", placeholders)
    if len(document.problems) == before:
        refuse_all(document, sigma.errors)
    fields: frozenset[str] = frozenset()
    if len(document.problems) == before:
        fields = _checked(document, sigma, placeholders, ours=sigma.logsource.product == OURS and not plain)
    usable = len(document.problems) == before
    rules = _named(document.data.get("filter")) if usable else None
    sigma.filter.rules = _ANY  # which rules are meant is told here: ids need not be UUIDs
    return Filter(document, str(document.data.get("title") or ""), rules, fields, sigma if usable else None)


def _checked(document: Document, sigma: SigmaFilter, placeholders: Placeholders, *, ours: bool) -> frozenset[str]:
    """Read the condition by itself, so that a mistake is the filter's and no rule's; return the fields it asks for."""
    try:
        for detection in sigma.filter.detections.values():
            expand(detection, placeholders)
        nodes = [from_sigma(condition.parsed) for condition in sigma.filter.parsed_condition]
    except (SigmaError, ValueError, RecursionError) as error:
        document.refuse(refusal(error), "filter", "condition")
        return frozenset()
    fields = frozenset[str]().union(*map(fields_of, nodes))
    if ours:
        check_columns(document, "filter", fields)
    return fields


def _named(body: Any) -> frozenset[str] | None:
    rules = body["rules"]
    named = [rules] if isinstance(rules, str) else list(map(str, rules))
    return None if not named or [name.lower() for name in named] == [_ANY] else frozenset(named)
