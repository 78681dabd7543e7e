"""What a person means by the work that is expected: rules and facets of behaviour.

Comes in: a word (a kind of act of ``config/acts.yml``, a facet, a rule's id, name or title) and the rules in use. Goes
out: the ids and facets that are meant. Rules about planted clients are never meant.
"""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from detector.detect.behaviour import FACETS
from detector.detect.rules import Rules
from detector.errors import InputError, Problem
from detector.resources import shipped
from detector.schema.detection.findings import FACET_PREFIX
from detector.schema.detection.work_exceptions import ExpectedKinds
from detector.settings import Strict
from detector.settings.loading.load_settings import read_text
from detector.settings.loading.yaml_nodes import compose_all, construct

CANARY = "nabat.canary"


class Act(Strict):
    """One kind of act, with the shipped rules (``folder/name``) and facets that tell of it."""

    en: str
    ru: str
    rules: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()


def acts() -> Mapping[str, Act]:
    """Return the kinds of act by name."""
    file = Path(shipped("config", "acts.yml"))
    (node,) = compose_all(file, read_text(file))
    return {name: Act.model_validate(value) for name, value in construct(file, node).items()}


def kinds_meant(what: str, rules: Rules) -> ExpectedKinds:
    """Return what a word means.

    Args:
        what: A kind of act (``export``), a facet of behaviour (``relation``, or ``behaviour:export`` where an act is
            called so), or the id, name or title of a rule.
        rules: Those in use.

    Raises:
        InputError: It means nothing, several rules, or a rule about planted clients.
    """
    word, known = what.strip(), acts()
    if word in known:
        return _of_act(known[word], rules)
    facet = word.removeprefix(FACET_PREFIX)
    if facet in FACETS:
        return ExpectedKinds(facets=(facet,))
    found = {each.id for each in rules.abouts() if word and word in (each.id, each.name, each.title)}
    if len(found) != 1:
        what_is_wrong = f"{word!r} is {'the name of several rules' if found else 'no rule, facet or kind of act'}"
        fix = f"give a rule's id (`nabat rules list`), a facet ({', '.join(FACETS)}) or an act ({', '.join(known)})"
        raise InputError(Problem(what=what_is_wrong, fix=fix))
    if found & rules.reading(CANARY):
        why = "is a rule about planted clients: no work leads to one, and no exception covers it"
        raise InputError(Problem(what=f"{word!r} {why}", fix="leave the planted clients out of the work"))
    return ExpectedKinds(rules=tuple(found))


def _of_act(act: Act, rules: Rules) -> ExpectedKinds:
    forbidden = rules.reading(CANARY)
    meant = {
        about.id
        for about in rules.abouts()
        if about.id not in forbidden and any(fnmatchcase(_place(about.file), each) for each in act.rules)
    }
    return ExpectedKinds(rules=tuple(sorted(meant)), facets=tuple(sorted(act.facets)))


def _place(file: str) -> str:
    """Return a shipped rule's folder and name; empty for any other file."""
    path = PurePath(file)
    return f"{path.parent.name}/{path.stem}" if path.is_relative_to(_shipped_rules()) else ""


def _shipped_rules() -> PurePath:
    return shipped("rules")


def words() -> Sequence[str]:
    """Return the words that are no rule: acts, and facets that no act is called like."""
    known = acts()
    return [*known, *(facet for facet in FACETS if facet not in known)]
