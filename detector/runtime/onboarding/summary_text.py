"""What is said to the person: what was found in each log, what is proposed, what the replay gave.

Comes in: surveys, proposals, a preview. Goes out: lines, which hold counts, patterns and accounts: nothing of a client.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from detector.messages import Argument, Messages
from detector.runtime.onboarding.config_file.place_file import formats_folder
from detector.runtime.onboarding.guessed_route import class_titles
from detector.runtime.onboarding.preview import Preview
from detector.runtime.onboarding.proposals import Proposals
from detector.runtime.onboarding.reason_text import instead_of, percent, remark_text, zone_text
from detector.runtime.onboarding.survey import Survey
from detector.schema.case.incidents import Incident, Scope

_SHOWN, _REASONS, _ADDRESSES = 5, 3, 3


class Telling:
    """Makes lines of what was found, in one language."""

    def __init__(self, words: Messages) -> None:
        self._words = words

    def say(self, message: str, **args: Argument) -> str:
        """Return one message."""
        return self._words.text(f"init-{message}", **args)

    def found(self, surveys: Sequence[Survey]) -> Iterator[str]:
        """Say what was found in the logs."""
        for number, survey in enumerate(surveys, 1):
            group = survey.group
            yield self.say("source", number=number, name=group.name, pattern=group.pattern)
            for file, sample in zip(group.files, survey.samples, strict=True):
                if sample.damage:
                    yield f"   {self.say('damaged', file=file, why=sample.damage)}"
            yield f"   {self._read(survey)}"
            if survey.readable and survey.zone is not None:
                yield f"   {zone_text(self._words, survey.zone)}"

    def _read(self, survey: Survey) -> str:
        share = percent(survey.share)
        if not survey.readable:
            return self.say("source-unread", lines=survey.lines, share=share)
        times = survey.frame["@timestamp"]
        first, last = times.min(), times.max()
        return self.say(
            "source-read",
            lines=survey.lines,
            part="all" if survey.whole else "sample",
            estimate=survey.estimate,
            share=share,
            format=survey.format,
            first=str(first)[:16],
            last=str(last)[:16],
        )

    def remarks(self, what: Proposals, out: Path) -> Iterator[str]:
        """Say what is not proposed, and what no route can tell."""
        for source in what.sources:
            if source.survey.draft:
                draft = out.parent / formats_folder(out) / f"{source.survey.format}.yml"
                yield f"{source.service}: {self.say('draft', file=str(draft), **instead_of(source.survey))}"
            for remark in source.guesses.remarks:
                yield f"{source.service}: {remark_text(self._words, remark, source.survey)}"
            if source.habits.ahead:
                yield f"{source.service}: {self.say('ahead', count=source.habits.ahead)}"
            skipped = [self.say(f"skipped-{reason.value}", count=count) for reason, count in source.guesses.skipped]
            if skipped:
                yield f"{source.service}: {self.say('skipped', what=', '.join(skipped))}"
        if not what.routes():
            told = "yes" if what.without_clients else "no"
            yield self.say("nothing", requests=sum(source.survey.frame.height for source in what.sources), told=told)

    def written(self, what: Proposals, out: Path) -> str:
        """Say what was written."""
        routes = sum(one.wanted for _, one in [*what.routes(), *what.logins()])
        return self.say("written", file=str(out), routes=routes, sources=len(what.sources))

    def outcome(self, result: Preview, what: Proposals) -> Iterator[str]:
        """Say what the replay gave: the incidents, or honestly that there is none."""
        for problem in result.left_out:
            yield self.say("left-out", what=problem)
        for incident, scope in result.incidents[:_SHOWN]:
            yield from self._incident(incident, scope, ZoneInfo(what.zone))
        if len(result.incidents) > _SHOWN:
            yield self.say("more", count=len(result.incidents) - _SHOWN)
        yield from self._weaker(result)
        patterns = sum(source.guesses.unmapped_kinds + source.guesses.turned_off for source in what.sources)
        yield self.say("touched", touches=result.touches, requests=result.done.events, clients=result.clients)
        if patterns:
            yield self.say("unmapped", count=patterns)
        if result.done.late and not any(source.habits.ahead for source in what.sources):
            yield self.say("late", count=result.done.late)

    def _weaker(self, result: Preview) -> Iterator[str]:
        """Say what was seen and opened no incident."""
        if not result.incidents:
            yield self.say("no-incident" if result.weaker else "none")
        if result.weaker:
            yield self.say("weaker", count=len(result.weaker))
        for finding in result.weaker[:_REASONS]:
            yield f"  {finding.actor_id}: {'; '.join(map(self._words.reason, finding.reasons[:_REASONS]))}"

    def _incident(self, incident: Incident, scope: Scope, zone: ZoneInfo) -> Iterator[str]:
        russian = self._words.language == "ru"
        name = (russian and incident.code_name_ru) or incident.code_name
        yield self.say("incident", severity=incident.severity.value.upper(), name=f"{name}  ({incident.number})")
        addresses = ", ".join(incident.source_ips[:_ADDRESSES]) or "-"
        yield f"  {self.say('incident-who', actor=incident.actor_id, type=incident.actor_type, addresses=addresses)}"
        yield f"  {self.say('incident-what', title=(russian and incident.title_ru) or incident.title)}"
        for reason in incident.reasons[:_REASONS]:
            yield f"  {self.say('incident-why', reason=self._words.reason(reason))}"
        classes = class_titles(scope.data_classes, self._words.language) or "-"
        yield f"  {self.say('incident-count', clients=scope.subjects, events=scope.events, classes=classes)}"
        first, last = _shown(incident.first_event_at, zone), _shown(incident.last_event_at, zone)
        yield f"  {self.say('incident-when', first=first, last=last)}"


def _shown(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %Z")
