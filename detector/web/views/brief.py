"""The brief: what an incident's page answers in sentences before anything else, for whoever reads only this. Pure.

Comes in: what is known of an incident, and the texts of a language. Goes out: sentences, each with whether it is one of
the gravest.
"""

from collections.abc import Iterator

from detector.schema.case.duties import DutyState
from detector.schema.case.incidents import Incident, IncidentKind, IncidentStatus
from detector.web.ports import Detail
from detector.web.texts import PageTexts
from detector.web.untaken import is_untaken
from detector.web.views.case_view import CaseView, FlowState, at_moment

_GRAVE = frozenset({FlowState.STOPPED, FlowState.AGAIN, FlowState.GOING})
_CLASSES = 3

Sentence = tuple[str, bool]


def brief(detail: Detail, view: CaseView, words: PageTexts) -> list[Sentence]:
    """Return the sentences of an incident."""
    incident = detail.incident
    said = [_what(incident, words)]
    if incident.kind is not IncidentKind.BLIND_SPOT:
        said += _concerned(incident, words)
    if incident.status is IncidentStatus.CLOSED:
        return said
    if incident.kind.breach:
        said += _flow(view, words)
        said += _law(detail, view, words)
    if is_untaken(incident, words.now):
        said.append((words.t("web-brief-nobody"), True))
    if view.overdue:
        said.append((words.t("web-brief-overdue", count=view.overdue), False))
    if detail.approvals:
        said.append((words.t("web-brief-asked", count=len(detail.approvals)), False))
    return said


def _what(incident: Incident, words: PageTexts) -> Sentence:
    reason = words.reason(incident.reasons[0]) if incident.reasons else ""
    title, since = words.title(incident).rstrip("."), words.near(incident.first_event_at)
    reason = (reason[:1].upper() + reason[1:]).rstrip(".") or "none"
    return words.t("web-brief-what", title=title, since=since, reason=reason), False


def _concerned(incident: Incident, words: PageTexts) -> Iterator[Sentence]:
    scope = incident.scope
    if not incident.kind.breach and not scope.events:
        yield words.t("web-brief-untouched"), False
    elif scope.known_subjects:
        named = sorted(scope.by_class, key=lambda each: not words.special(each[0]))
        classes = [words.t("web-brief-class", name=words.data_class(name), count=count) for name, count in named]
        listed = ", ".join(classes[:_CLASSES])
        more = max(len(classes) - _CLASSES, 0)
        yield words.t("web-brief-clients", count=scope.known_subjects, classes=listed or "none", more=more), True
    else:
        yield words.t("web-brief-uncounted"), True


def _flow(view: CaseView, words: PageTexts) -> Iterator[Sentence]:
    flow = at_moment(view.flow, words.now)
    if flow.state is not FlowState.UNTOUCHED:
        said = words.t(f"web-brief-{flow.state.value}", time=words.near(flow.at), ago=words.ago(flow.at))
        yield said, flow.state in _GRAVE


def _law(detail: Detail, view: CaseView, words: PageTexts) -> Iterator[Sentence]:
    missed = sum(each.state is DutyState.MISSED for each in view.clocks)
    if missed:
        yield words.t("web-brief-missed", count=missed), True
    coming = next((each.duty for each in view.clocks if each.runs and each.state is not DutyState.MISSED), None)
    if coming is not None and coming.due_at is not None:
        name = words.short_law(detail.laws, coming.ref)
        yield (
            words.t(
                "web-brief-due",
                left=words.left(coming.due_at),
                duty=name,
                time=words.near(coming.due_at),
                missed=missed,
            ),
            False,
        )
