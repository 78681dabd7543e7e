"""What templates there may be, and what each kind is given: names that a template may use, and no others.

Comes in: nothing. Goes out: values. A template's kind is the beginning of its name: ``notice-ru-24h`` is a ``notice``.
Whoever renders a kind gives all of these names.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

ORGANIZATION_NAMES: Final = frozenset(
    {
        "name",
        "called",
        "legal_name",
        "inn",
        "registration",
        "address",
        "country",
        "email",
        "phone",
        "site",
        "dpo",
        "representative",
        "contact",
        "press",
    }
)
"""What ``organization`` has in every kind; its people have ``name``, ``position``, ``phone``, ``email``."""


@dataclass(frozen=True, slots=True)
class TemplateKind:
    """A kind of text.

    Attributes:
        names: What it is given; of what has parts, which.
    """

    names: Mapping[str, frozenset[str]] = field(default_factory=dict)


TEMPLATE_KINDS: Final[Mapping[str, TemplateKind]] = {
    "notice": TemplateKind(
        {
            "organization": ORGANIZATION_NAMES,
            "law": frozenset({"id", "title", "source", "article"}),
            "duty": frozenset({"ref", "stage", "title", "recipient", "due"}),
            "incident": frozenset({"number"}),
            "made_at": frozenset(),
            "made_on": frozenset(),
            "withdrawn_at": frozenset(),
            "scope_version": frozenset(),
            "fields": frozenset(),
            "answers": frozenset(),
            "known": frozenset(),
            "missing": frozenset(),
            "estimated": frozenset(),
            "coverage": frozenset(),
            "next_at": frozenset(),
            "changes": frozenset(),
        }
    ),
    "report": TemplateKind(
        {
            "organization": ORGANIZATION_NAMES,
            "year": frozenset(),
            "before": frozenset(),
            "summary": frozenset(),
            "counts": frozenset(),
            "times": frozenset(),
            "causes": frozenset(),
            "duties": frozenset(),
            "drills": frozenset(),
            "actions": frozenset(),
            "costs": frozenset(),
            "pictures": frozenset({"cases", "times"}),
        }
    ),
    "readiness": TemplateKind(
        {
            "organization": ORGANIZATION_NAMES,
            "day": frozenset(),
            "score": frozenset(),
            "before": frozenset(),
            "summary": frozenset(),
            "areas": frozenset(),
            "shortfalls": frozenset(),
            "plan": frozenset(),
            "roles": frozenset(),
            "channels": frozenset(),
            "drills": frozenset(),
            "training": frozenset(),
            "late": frozenset(),
            "texts": frozenset(),
            "sources": frozenset(),
            "classes": frozenset(),
            "retention": frozenset(),
        }
    ),
    "review": TemplateKind(
        {
            "organization": ORGANIZATION_NAMES,
            "incident": frozenset({"number", "title", "severity"}),
            "facts": frozenset(),
            "times": frozenset(),
            "missed": frozenset(),
            "in_time": frozenset(),
            "timeline": frozenset(),
            "timeline_left": frozenset(),
            "hypotheses": frozenset(),
            "questions": frozenset(),
            "costs": frozenset(),
            "churn": frozenset(),
            "fines": frozenset(),
            "actions": frozenset(),
        }
    ),
}
"""The kinds, by name."""


def kind_of(name: str) -> str:
    """Return the kind of a template; empty: there is none of that name."""
    return max((kind for kind in TEMPLATE_KINDS if name == kind or name.startswith(f"{kind}-")), key=len, default="")
