"""However findings are cut into turns, the same alerts and incidents stand in the end."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from detector.group.risk import points
from detector.schema.case.incidents import CloseReason
from detector.schema.detection.findings import Finding
from detector.schema.ids import derive
from detector.schema.levels import Severity
from tests.fakes.story import DAY, Story, a_finding

RULES = ("bulk-read", "night", "export", "ids")
ACTORS = ("user:anna", "user:boris", "ip:192.0.2.7", "ip:192.0.2.8", "session:ab")
ADDRESSES = ("192.0.2.7", "192.0.2.8", "198.51.100.1")


@st.composite
def a_history(draw: st.DrawFn, actors: tuple[str, ...] = ACTORS, hours: int = 4 * 24) -> list[Finding]:
    findings: dict[str, Finding] = {}
    for _ in range(draw(st.integers(1, 25))):
        minute = draw(st.integers(0, hours * 60))
        finding = a_finding(
            draw(st.sampled_from(RULES)),
            DAY + timedelta(minutes=minute),
            by=draw(st.sampled_from(actors)),
            risk=draw(st.sampled_from((10, 35, 70))),
            matter=draw(st.sampled_from(("access", "web-attack"))),
            source_ips=tuple(sorted(draw(st.sets(st.sampled_from(ADDRESSES), max_size=2)))),
        )
        findings[finding.id] = finding
    return sorted(findings.values(), key=lambda finding: (finding.at, finding.id))


def standing(story: Story):
    """Return what must not depend on the cut."""
    alerts = {key: alert for key, alert in story.past.known_alerts.items() if alert.finding_ids}
    # One that was opened and then turned out to be another one goes on as that.
    known = story.past.known_incidents.items()
    incidents = {key: replace(each, version=0) for key, each in known if each.close_reason is not CloseReason.DUPLICATE}
    return alerts, incidents, story.past.known_findings


def told(findings: list[Finding], cuts: list[int], **of_story) -> Story:
    story = Story(replay=True, **of_story)
    edges = [0, *sorted(cut % (len(findings) + 1) for cut in cuts), len(findings)]
    for start, end in pairwise(edges):
        if part := findings[start:end]:
            story.now = part[-1].last_event_at
            story.take(part)
    return story


@given(a_history(), st.lists(st.integers(0, 100), max_size=8))
def test_any_cut_gives_the_same_alerts_and_incidents(history, cuts):
    assert standing(told(history, cuts)) == standing(told(history, []))


@given(a_history(), st.lists(st.integers(0, 100), max_size=4))
def test_any_cut_gives_the_same_in_a_storm(history, cuts):
    storm = {"storm_count": 3, "storm_span": "6h"}
    assert standing(told(history, cuts, **storm)) == standing(told(history, [], **storm))


@given(a_history(hours=9), st.lists(st.integers(0, 100), max_size=8))
def test_any_cut_gives_the_same_where_storms_give_back_what_adds_up_with_other_rules(history, cuts):
    storm = {"storm_count": 2, "storm_span": "3h"}
    assert standing(told(history, cuts, **storm)) == standing(told(history, [], **storm))


@given(a_history(hours=9), st.lists(st.integers(0, 100), max_size=4))
def test_in_a_storm_too_every_finding_stands_in_exactly_one_alert(history, cuts):
    story = told(history, cuts, storm_count=2, storm_span="3h")
    named = [each for alert in story.past.known_alerts.values() for each in alert.finding_ids]
    assert sorted(named) == sorted(finding.id for finding in history)


@given(a_history(), st.integers(0, 1000))
def test_the_order_within_a_turn_does_not_matter(history, seed):
    shuffled = list(history)
    Random(seed).shuffle(shuffled)
    story = Story(replay=True)
    story.now = history[-1].at
    story.take(shuffled)
    assert standing(story) == standing(told(history, []))


@given(a_history(actors=("user:anna",)), st.lists(st.integers(0, 100), max_size=5), st.data())
def test_findings_that_grow_end_the_same_as_if_said_once(history, cuts, data):
    """A matter goes on: a finding is said first with less, later with more, or once with all of it."""
    grown = [replace(f, events=9, last_event_at=f.last_event_at + timedelta(minutes=5)) for f in history]
    said = sorted([*history, *grown], key=lambda f: (f.last_event_at, f.id))
    assert standing(told(said, cuts)) == standing(told(grown, []))


def together(story: Story):
    """Return what stands together, whatever the alerts and incidents are called."""
    alerts = [alert for alert in story.past.known_alerts.values() if alert.finding_ids]
    there = {
        incident.id: (incident.actor_id, incident.related_actors, incident.opened_at, incident.risk)
        for incident in story.past.known_incidents.values()
        if incident.close_reason is not CloseReason.DUPLICATE
    }
    return sorted(
        (
            alert.finding_ids[0],
            sorted(alert.finding_ids),
            there.get(alert.incident_id, ()),
            (alert.title, alert.opened_at, alert.first_event_at, alert.last_event_at, alert.addresses, alert.risk),
        )
        for alert in alerts
    )


@given(a_history(), st.integers(0, 1000), st.lists(st.integers(0, 100), max_size=8))
def test_any_order_puts_the_same_together(history, seed, cuts):
    """Late findings come in calls of their own, after what they were earlier than."""
    mixed = list(history)
    Random(seed).shuffle(mixed)
    assert together(told(mixed, cuts)) == together(told(history, []))


@given(a_history(), st.integers(0, 1000), st.data())
def test_a_finding_that_another_one_stands_for_is_as_if_it_had_never_been_said(history, seed, data):
    """A late line moves the beginning of what was said: the finding has another id from then on."""
    moved = data.draw(st.sampled_from(history))
    wrong = replace(moved, id=derive("finding", "wrong"), at=moved.at + timedelta(minutes=1))
    right = replace(moved, replaces=(wrong.id,))
    others = [finding for finding in history if finding is not moved]
    Random(seed).shuffle(others)
    half = len(others) // 2
    story = Story(replay=True)
    for part in ([*others[:half], wrong], others[half:], [right], [replace(wrong, events=9), *others]):
        story.take(part)
    plain = told(history, [])
    assert named(story) == named(plain)
    assert story.past.known_findings[wrong.id].replaced_by == right.id


@given(a_history(), st.data())
def test_what_is_said_again_beside_what_stands_for_it_goes_out_of_its_alert(history, data):
    moved = data.draw(st.sampled_from(history))
    apart = timedelta(seconds=data.draw(st.sampled_from((-1, 1))))  # it is taken before the other one, or after
    wrong = replace(moved, id=derive("finding", "wrong"), at=moved.at + apart)
    story = Story(replay=True)
    for part in ([wrong], [replace(wrong, events=9), replace(moved, replaces=(wrong.id,))], history):
        story.take(part)
    assert named(story) == named(told(history, []))


@given(a_history(), st.integers(0, 1000), st.data())
def test_a_finding_that_stands_again_is_as_if_none_had_stood_for_it(history, seed, data):
    """What goes on may have the id of what a late line moved."""
    first = data.draw(st.sampled_from(history))
    moved = replace(first, id=derive("finding", "moved"), at=first.at - timedelta(minutes=1))
    others = [finding for finding in history if finding is not first]
    Random(seed).shuffle(others)
    half = len(others) // 2
    story = Story(replay=True)
    told_so = [*others[:half], first], [replace(moved, replaces=(first.id,))], others[half:], [first]
    for part in told_so:
        story.take(part)
    assert story.past.known_findings[first.id].replaced_by == moved.id
    story.take([replace(first, stands=True)])
    assert named(story) == named(told(sorted([*history, moved], key=lambda each: (each.at, each.id)), []))
    assert not story.past.known_findings[first.id].replaced_by


def named(story: Story):
    """Return which findings stand together; an incident that was told stays one."""
    groups: dict[str, set[str]] = {}
    for alert in story.past.known_alerts.values():
        groups.setdefault(alert.id, set()).update(alert.finding_ids)
    return sorted(sorted(ids) for ids in groups.values() if ids)


@given(a_history(actors=("user:anna",)), st.lists(st.integers(0, 100), max_size=5))
def test_what_was_said_for_now_leaves_no_trace_once_it_is_settled(history, cuts):
    early = [
        replace(f, provisional=True, events=7, subject_count=30, severity=Severity.CRITICAL, risk=100) for f in history
    ]
    story = told(early, cuts)
    told_first = {incident.severity for incident in story.past.known_incidents.values()}
    assert told_first <= {Severity.CRITICAL}
    story.take(history)
    assert story.past.known_findings == {finding.id: finding for finding in history}
    assert named(story) == named(told(history, []))


@given(a_history())
def test_everything_said_again_changes_nothing(history):
    story = told(history, [])
    before = standing(story)
    alerts, incidents, findings = (dict(part) for part in before)
    story.take(history)
    assert standing(story) == (alerts, incidents, findings)


@given(a_history())
def test_nothing_is_lost_every_finding_is_kept_and_stands_in_exactly_one_alert(history):
    story = told(history, [])
    named = [each for alert in story.past.known_alerts.values() for each in alert.finding_ids]
    assert sorted(named) == sorted(finding.id for finding in history)
    assert set(story.past.known_findings) == {finding.id for finding in history}


GROWTH = st.lists(st.integers(1, 9), min_size=1, max_size=6)


@given(a_history(actors=("user:anna", "ip:192.0.2.7")), GROWTH, st.lists(st.integers(0, 100), max_size=8), st.data())
def test_after_a_close_any_cut_puts_the_same_together_with_a_restart_between(history, growth, cuts, data):
    """People close everything; then what was found goes on, line by line or in few calls."""
    later, sizes = [], dict.fromkeys((finding.id for finding in history), 1)
    for number, more in enumerate(growth):
        finding = data.draw(st.sampled_from(history))
        size = sizes[finding.id] = sizes[finding.id] + more
        at = history[-1].at + timedelta(minutes=number + 1)
        later.append(replace(finding, last_event_at=at, events=size, subject_count=size, record_high=size))

    def after(edges: list[int]) -> Story:
        story = told(history, [])
        for incident in [each for each in story.incidents() if each.closed_at is None]:
            story.close(incident.id)
        for start, end in pairwise(edges):
            if part := later[start:end]:
                story.past = deepcopy(story.past)
                story.now = part[-1].last_event_at
                story.take(part)
        return story

    at_once = after([0, len(later)])
    piecemeal = after([0, *sorted(cut % (len(later) + 1) for cut in cuts), len(later)])
    assert together(piecemeal) == together(at_once)
    closed = {each.id for each in told(history, []).incidents()}
    opened = [each for each in at_once.incidents() if each.id not in closed]
    covered = [each for each in at_once.past.known_findings.values() if each.covered is not None]
    grown = {each.id for each in covered if each.subject_count >= 2}
    alerts = at_once.past.alerts({alert for incident in opened for alert in incident.alert_ids})
    assert grown <= {each for alert in alerts.values() for each in alert.finding_ids}


@given(a_history(), st.integers(0, 1000))
def test_points_do_not_depend_on_order_and_grow_with_evidence(history, seed):
    at, horizon = history[-1].at, timedelta(days=1)
    shuffled = list(history)
    Random(seed).shuffle(shuffled)
    assert points(shuffled, at, horizon) == points(history, at, horizon)
    assert points(history[1:], at, horizon) <= points(history, at, horizon)


def test_addresses_an_address_brings_with_it_count_at_once():
    """What an alert drawn into an incident has seen belongs to the incident within the same call."""
    first = a_finding("bulk-read", DAY, by="ip:192.0.2.7", risk=10, source_ips=("192.0.2.7", "192.0.2.8"))
    opens = a_finding("bulk-read", DAY, by="user:boris", risk=70, source_ips=("192.0.2.7",))
    later = a_finding("bulk-read", DAY + timedelta(minutes=1), by="ip:192.0.2.8", risk=10)
    history = [*sorted([first, opens], key=lambda finding: finding.id), later]
    assert standing(told(history, [2])) == standing(told(history, []))
