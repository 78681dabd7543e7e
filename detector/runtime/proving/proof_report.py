"""What proved a rule, or did not, as a document of the case. It names accounts and times, and no client. Pure."""

from collections.abc import Iterator

from detector.runtime.proving.prove_rule import RuleProof, inert
from detector.schema.case.incidents import Incident
from detector.schema.detection.findings import Finding
from detector.web.texts import PageTexts

_LISTED = 50


def proof_report(incident: Incident, proof: RuleProof, words: PageTexts) -> str:
    """Return the report, as Markdown."""
    return "\n".join(proof_lines(incident, proof, words, heading="# ")) + "\n"


def proof_lines(incident: Incident, proof: RuleProof, words: PageTexts, *, heading: str = "") -> Iterator[str]:
    """Yield what came of it, line by line."""
    yield heading + words.t("proof-title", file=proof.file, number=incident.number)
    yield ""
    yield words.t("proof-verdict", verdict="yes" if proof.proved else "no", days=proof.days)
    yield ""
    yield words.t("proof-file", hash=proof.sha256, at=words.full_moment(words.now))
    for row in proof.rules:
        yield f"- {row.id} {inert(row.title)} ({words.named('web-severity', row.severity)})"
    yield ""
    origin = "held" if proof.held else "logs"
    yield words.t("proof-case", origin=origin, lines=proof.lines, read=proof.read, fired=len(proof.fired))
    yield from _listed(proof.fired, words)
    yield ""
    since, until = words.full_moment(proof.since), words.full_moment(proof.until)
    yield words.t("proof-honest", since=since, until=until, days=proof.days, lines=proof.honest_lines)
    yield words.t("proof-others", count=len(proof.others))
    yield from _listed(proof.others, words)
    for name, (count, why) in sorted(proof.failures.items()):
        yield words.t("proof-failed", name=inert(name), count=count, kind=why.kind, place=inert(why.place))
    for name, count in sorted(proof.forgotten.items()):
        yield words.t("proof-forgotten", name=name, count=count)
    if proof.known:
        yield words.t("proof-known", count=proof.known)


def _listed(findings: tuple[Finding, ...], words: PageTexts) -> Iterator[str]:
    for each in findings[:_LISTED]:
        yield f"- {words.full_moment(each.at)} {inert(each.actor_id)} {words.t('proof-events', count=each.events)}"
    if len(findings) > _LISTED:
        yield words.t("proof-more", count=len(findings) - _LISTED)
