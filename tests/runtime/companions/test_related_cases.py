"""Which other incidents may belong to one, and why."""

from dataclasses import replace
from datetime import timedelta

from detector.runtime.incidents.companions.related_cases import near, related
from detector.schema.case.incidents import Incident, IncidentKind
from tests.fakes.story import Story


def incidents() -> list[Incident]:
    story = Story()
    story.at("09:00").found("bulk-read", by="user:anna", source_ips=("192.0.2.7",))
    story.at("10:00").found("export", by="user:eve", source_ips=("192.0.2.8",))
    return story.incidents()


def test_they_share_an_actor_an_address_or_clients_and_each_is_said() -> None:
    one, other = incidents()
    assert related(one, [other], {}) == ()
    beside = replace(other, id="b", related_actors=(one.actor_id,), source_ips=(*other.source_ips, *one.source_ips))
    found = related(one, [other, beside], {other.id: 3})
    assert [(each.incident.id, [(why.message, dict(why.args)) for why in each.why]) for each in found] == [
        ("b", [("related-actor", {"names": "user:anna"}), ("related-address", {"names": "192.0.2.7"})]),
        (other.id, [("related-clients", {"count": 3})]),
    ]
    (merged,) = related(one, [replace(other, merged_into=one.id)], {})
    assert [why.message for why in merged.why] == ["related-merged"]


def test_only_what_is_near_in_time_and_a_matter_of_people_is_compared() -> None:
    one, other = incidents()
    far = timedelta(days=91)
    old = replace(other, id="old", first_event_at=other.first_event_at - far, last_event_at=other.last_event_at - far)
    blind = replace(other, id="blind", kind=IncidentKind.BLIND_SPOT)
    assert near(one, [one, old, blind, other]) == [other]
    assert near(replace(one, kind=IncidentKind.HISTORY), [other]) == []
