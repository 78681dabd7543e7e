"""Parts of a path that a source names become columns and labels of its events."""

from typing import Any

from tests.decode.batches import batch_of, decoder_for

COMBINED = '203.0.113.5 - - [17/May/2026:10:05:03 +0300] "GET / HTTP/1.1" 200 5 "-" "-"'
AUDIT = '{"ts":"2026-05-17T07:05:03Z","user":"vera","action":"view","note":"x"}'
PODS = "/var/log/containers/{pod}_{namespace}_{host.name}-*.log"
POD = "/var/log/containers/crm-7_prod_node1-0.log"


def events(paths: list[str], stream: str, *lines: str) -> list[dict[str, Any]]:
    return decoder_for(paths=paths).decode(batch_of(lines, stream=stream)).frame.to_dicts()


def labels(event: dict[str, Any]) -> dict[str, str]:
    return {pair["key"]: pair["value"] for pair in event["labels"] or ()}


def test_named_parts_become_labels_and_the_columns_there_are() -> None:
    (one,) = events([PODS], POD, COMBINED)
    assert labels(one) == {"pod": "crm-7", "namespace": "prod"}
    assert one["host.name"] == "node1"


def test_labels_of_the_line_are_kept_beside_them() -> None:
    web, audit = events([PODS], POD, COMBINED, AUDIT)
    assert labels(web) == {"pod": "crm-7", "namespace": "prod"}
    assert labels(audit) == {"pod": "crm-7", "namespace": "prod", "note": "x", "action": "view"}


def test_the_service_a_path_names_counts_before_that_of_the_source() -> None:
    (one,) = events(["/srv/{service.name}/*.log"], "/srv/billing/a.log", COMBINED)
    assert one["service.name"] == "billing"


def test_a_path_without_names_gives_none() -> None:
    (one,) = events(["/x/*.log"], "/x/a.log", COMBINED)
    assert one["labels"] is None
