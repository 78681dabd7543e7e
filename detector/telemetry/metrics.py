"""Every metric, by name. Names begin ``nabat_``, units are base units, counters end in ``_total`` (Prometheus)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as _openmetrics

from detector.schema.case.incidents import IncidentKind
from detector.schema.detection.health import CheckedPart
from detector.schema.events.lines import RejectReason
from detector.schema.levels import Severity

_LATENCY = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900)
_BATCH = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
# Too slow with headers, a body, or taking an answer; to make room; too much waiting to be taken; requests in advance;
# too many requests.
WEB_REFUSED = ("header", "body", "send", "full", "unsent", "pipelined", "busy", "report")
_SCORE = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)

OF_CASES = frozenset(
    {
        "nabat_findings",
        "nabat_alerts",
        "nabat_alerts_muted",
        "nabat_incidents_opened",
        "nabat_incidents_open",
        "nabat_incidents_unacknowledged",
        "nabat_incidents_unreadable",
        "nabat_incidents_recent",
        "nabat_rule_confirmed",
        "nabat_rule_false_alarms",
        "nabat_rule_precision",
        "nabat_exceptions",
        "nabat_evidence_lines",
        "nabat_evidence_bytes",
        "nabat_evidence_missing_lines",
        "nabat_steps_overdue",
        "nabat_step_oldest_overdue_seconds",
        "nabat_presses",
        "nabat_mailbox_looked_timestamp_seconds",
        "nabat_reminders",
        "nabat_page_latency_seconds",
        "nabat_deliveries",
        "nabat_outbox_pending",
        "nabat_behaviour_score",
    }
)
"""Families that change when there is a case: whoever it is about could read that from them."""
_OF_PARTS = frozenset({"nabat_health_checked_timestamp_seconds", "nabat_unchecked"})


class Metrics:
    """All metrics of one running service.

    Label values come from the configuration or from closed lists of ours, never from a log line.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        r = self.registry
        self.build = Info("nabat_build", "Version of the running service.", registry=r)
        self.ready = Gauge("nabat_ready", "1 when lines are read and decisions can be kept.", registry=r)
        self.lines = Counter("nabat_lines_total", "Lines read.", ["source"], registry=r)
        self.read_bytes = Counter("nabat_read_bytes_total", "Bytes read.", ["source"], registry=r)
        self.events = Counter("nabat_events_total", "Events decoded.", ["source"], registry=r)
        self.unattributed = Counter(
            "nabat_unattributed_events_total",
            "Events that name neither account, session nor address: nobody is charged with them.",
            ["source"],
            registry=r,
        )
        self.rejects = Counter("nabat_rejects_total", "Lines that gave no event.", ["source", "reason"], registry=r)
        self.decode_fallbacks = Counter(
            "nabat_decode_fallbacks_total",
            "Times that batches could not be decoded together and were decoded one by one.",
            registry=r,
        )
        self.decoder_faults = Counter(
            "nabat_decoder_faults_total",
            "Lines lost to a fault of the decoder; they are `malformed` rejects as well.",
            ["source"],
            registry=r,
        )
        self.last_resort = Counter(
            "nabat_last_resort_lines_total",
            "Lines only kept as text, or read with parts missing, by the format that did.",
            ["source", "format"],
            registry=r,
        )
        self.late_events = Counter(
            "nabat_late_events_total",
            "Events over an hour behind others of their log: judged one by one and among themselves; "
            "without those of a first reading.",
            ["source"],
            registry=r,
        )
        self.belated_events = Counter(
            "nabat_belated_events_total",
            "Events that came behind others already judged, and were judged again with them.",
            registry=r,
        )
        self.let_go_events = Counter(
            "nabat_let_go_events_total",
            "Events let go before their hours were over, being too many: lines that come late are judged without them.",
            registry=r,
        )
        self.forgotten = Counter(
            "nabat_forgotten_total",
            "Names and matters that detection forgot because there were too many, the least suspicious first.",
            ["memory"],
            registry=r,
        )
        self.left_out = Counter(
            "nabat_left_out_turns_total",
            "Turns in which a source far behind the others found no lane free: not counted beyond an hour.",
            ["source"],
            registry=r,
        )
        self.learned_lag = Gauge(
            "nabat_learned_lag_seconds",
            "How old lines of a source are when they are read, as learned.",
            ["source"],
            registry=r,
        )
        self.clock_jumps = Counter(
            "nabat_clock_jumps_total",
            "Lines whose time lies minutes behind those before in their stream, or in the future.",
            ["source", "jump"],
            registry=r,
        )
        self.touches = Counter("nabat_touches_total", "Events that touched client data.", ["service"], registry=r)
        self.findings = Counter("nabat_findings_total", "Findings.", ["detector", "rule"], registry=r)
        self.rule_errors = Counter("nabat_rule_errors_total", "Failures inside a rule.", ["rule"], registry=r)
        self.rules_loaded = Gauge("nabat_rules_loaded", "Rules in use.", registry=r)
        self.rules_skipped = Gauge("nabat_rules_skipped", "Rules that could not be used.", registry=r)
        self.heads_unkept = Gauge(
            "nabat_heads_unkept", "Places that the newest heads of the chain could not be written to.", registry=r
        )
        self.incidents_unreadable = Gauge(
            "nabat_incidents_unreadable",
            "Incidents of which something in the database cannot be read: nobody is paged about them.",
            registry=r,
        )
        self.evidence_lines = Counter(
            "nabat_evidence_lines_total", "Raw lines of cases copied into their archives.", registry=r
        )
        self.evidence_bytes = Gauge("nabat_evidence_bytes", "Room that the archives of cases take.", registry=r)
        self.evidence_missing = Gauge(
            "nabat_evidence_missing_lines",
            "Lines of incidents not closed that are not in their archives.",
            ["reason"],
            registry=r,
        )
        self.alerts = Counter("nabat_alerts_total", "Alerts opened.", ["severity"], registry=r)
        self.alerts_muted = Counter("nabat_alerts_muted_total", "Alerts recorded, not sent.", ["reason"], registry=r)
        self.rule_confirmed = Gauge(
            "nabat_rule_confirmed", "Incidents of the last 365 days closed as handled.", ["rule"], registry=r
        )
        self.rule_false_alarms = Gauge(
            "nabat_rule_false_alarms", "Incidents of the last 365 days closed as false positive.", ["rule"], registry=r
        )
        self.rule_precision = Gauge(
            "nabat_rule_precision", "Handled ones among handled ones and false positives, 0..1.", ["rule"], registry=r
        )
        self.incidents_month = Gauge(
            "nabat_incidents_recent",
            "Incidents of the last 30 days, by what opened them (behaviour, or rules alone) and how they were closed.",
            ["by", "verdict"],
            registry=r,
        )
        self.false_incidents_asked = Gauge(
            "nabat_behaviour_false_incidents_asked",
            "Setting: how many false incidents a month behaviour may cost.",
            registry=r,
        )
        self.drill_answer = Gauge(
            "nabat_drill_acknowledge_median_seconds",
            "Median time from the first page to its acknowledgement in the drills of a year; NaN: there was none.",
            registry=r,
        )
        self.drill_answer.set(float("nan"))
        self.readiness = Gauge(
            "nabat_readiness_score",
            "How ready the company is, of 100 points, counted every six hours; NaN: not yet.",
            registry=r,
        )
        self.readiness.set(float("nan"))
        self.readiness_lost = Gauge(
            "nabat_readiness_points_lost", "Points of readiness that an area loses.", ["area"], registry=r
        )
        self.training_overdue = Gauge(
            "nabat_training_overdue_people",
            "People of the register whose training is overdue; NaN: there is no register, or it was not read yet.",
            registry=r,
        )
        self.training_overdue.set(float("nan"))
        self.channels_unanswered = Gauge(
            "nabat_channels_unanswered",
            "Targets of people of which nobody has said for two rounds that a test came; NaN: not tested, or not yet.",
            registry=r,
        )
        self.channels_unanswered.set(float("nan"))
        self.exceptions = Gauge("nabat_exceptions", "Exceptions for planned work.", ["state"], registry=r)
        self.incidents_opened = Counter(
            "nabat_incidents_opened_total", "Incidents opened.", ["severity", "kind"], registry=r
        )
        self.incidents_open = Gauge("nabat_incidents_open", "Incidents not closed.", ["severity"], registry=r)
        self.incidents_unacknowledged = Gauge(
            "nabat_incidents_unacknowledged", "Open incidents nobody has acknowledged.", registry=r
        )
        self.step_overdue = Gauge(
            "nabat_step_oldest_overdue_seconds",
            "How long the most overdue step of an open incident is overdue.",
            registry=r,
        )
        self.steps_overdue = Gauge("nabat_steps_overdue", "Overdue steps of open incidents.", registry=r)
        self.reminders = Counter(
            "nabat_reminders_total", "Reminders of what people owe, and digests, decided.", registry=r
        )
        self.presses = Counter(
            "nabat_presses_total",
            "Buttons of messages pressed in Telegram, by what came of it.",
            ["outcome"],
            registry=r,
        )
        self.mailbox_looked = Gauge(
            "nabat_mailbox_looked_timestamp_seconds",
            "When the mailbox that letters to clients come back to was last read by the service; 0: it was not.",
            registry=r,
        )
        self.web_refused = Counter(
            "nabat_web_refused_total",
            "Connections cut off and requests refused on the pages' port, so that others are served.",
            ["reason"],
            registry=r,
        )
        self.page_seconds = Histogram(
            "nabat_page_latency_seconds",
            "From the reading of the line to the delivery of the first page about it.",
            buckets=_LATENCY,
            registry=r,
        )
        self.deliveries = Counter(
            "nabat_deliveries_total", "Attempts to deliver a message.", ["target", "result"], registry=r
        )
        self.outbox_pending = Gauge("nabat_outbox_pending", "Messages decided and not yet delivered.", registry=r)
        self.queue_lines = Gauge(
            "nabat_queue_lines", "Lines read and not yet judged (waiting for the watermark).", registry=r
        )
        self.log_lag_bytes = Gauge(
            "nabat_log_lag_bytes", "Bytes written to the logs and not yet read.", ["source"], registry=r
        )
        self.log_delay = Gauge(
            "nabat_log_delay_seconds",
            "For how long the oldest byte that is not yet read has been in the logs.",
            ["source"],
            registry=r,
        )
        self.history_bytes = Gauge(
            "nabat_first_reading_bytes",
            "Bytes that were in the logs before they were first opened; 0 when all of them were read.",
            ["source"],
            registry=r,
        )
        self.history_left = Gauge(
            "nabat_first_reading_left_bytes", "Bytes of these that are still to be read.", ["source"], registry=r
        )
        self.clock_lag = Gauge(
            "nabat_event_lag_seconds", "The clock minus the newest event time of the source.", ["source"], registry=r
        )
        self.clock_ahead = Gauge(
            "nabat_clock_ahead_seconds",
            "How far the clock of the source is ahead of ours, by whole minutes; 0: not by a minute.",
            ["source"],
            registry=r,
        )
        self.source_silent = Gauge(
            "nabat_source_last_line_timestamp_seconds", "When the source last gave a line.", ["source"], registry=r
        )
        self.coverage_share = Gauge(
            "nabat_coverage_ratio",
            "Share of a source's successful requests that touch client data by the record map: of today and yesterday, "
            "and of its first reading while fewer than a hundred came since.",
            ["source"],
            registry=r,
        )
        self.coverage_requests = Gauge(
            "nabat_coverage_requests",
            "Successful requests of a source that the share is of.",
            ["source"],
            registry=r,
        )
        self.routes_unmatched = Gauge(
            "nabat_routes_unmatched", "Routes of the record map that never fitted anything.", registry=r
        )
        self.model_age = Gauge("nabat_model_age_seconds", "Age of the behaviour model in use.", registry=r)
        self.behaviour_seen = Gauge(
            "nabat_behaviour_seen_seconds",
            "For how long behaviour has been seen, in whole days; what is new is judged from the twelfth on.",
            registry=r,
        )
        self.retrains = Counter(
            "nabat_model_retrains_total",
            "Trainings of the service's own, by what came of them: promoted, kept_back, too_little, failed.",
            ["outcome"],
            registry=r,
        )
        self.model_ready = Gauge("nabat_model_ready", "1 when the behaviour model can judge.", registry=r)
        self.actors = Gauge("nabat_actors", "Actors with state.", registry=r)
        self.scores = Histogram("nabat_behaviour_score", "Scores of actors' windows.", buckets=_SCORE, registry=r)
        self.batch_seconds = Histogram(
            "nabat_batch_duration_seconds", "Time to take one batch from lines to commit.", buckets=_BATCH, registry=r
        )
        self.stage_seconds = Counter("nabat_stage_seconds_total", "Time spent in a stage.", ["stage"], registry=r)
        self.snapshot_seconds = Histogram(
            "nabat_snapshot_duration_seconds", "Time to save the detection state.", buckets=_BATCH, registry=r
        )
        self.snapshot_time = Gauge(
            "nabat_snapshot_timestamp_seconds", "When the detection state was last saved.", registry=r
        )
        self.config_reloads = Counter(
            "nabat_config_reloads_total", "Reloads of the configuration.", ["result"], registry=r
        )
        self.config_time = Gauge(
            "nabat_config_last_reload_success_timestamp_seconds",
            "When the configuration in use was loaded.",
            registry=r,
        )
        self.checked_at = Gauge(
            "nabat_health_checked_timestamp_seconds",
            "When a part of the service was last seen to work; a part never seen to work has no series. "
            "Targets with the token alone.",
            ["part", "name"],
            registry=r,
        )
        self.unchecked = Gauge(
            "nabat_unchecked",
            "Parts that were never checked, or not within their time. Targets with the token alone.",
            ["part"],
            registry=r,
        )
        self.blind_spots = Gauge(
            "nabat_blind_spots", "Sources, rules, models or roles not working.", ["kind"], registry=r
        )

    def prepare(self, sources: Iterable[str]) -> None:
        """Begin the series whose labels are known at zero, so that a first increase is seen as one."""
        for source in sources:
            for counter in (self.lines, self.read_bytes, self.events, self.unattributed, self.decoder_faults):
                counter.labels(source)
            self.clock_ahead.labels(source)
            for jump in ("back", "ahead"):
                self.clock_jumps.labels(source, jump)
            for reason in RejectReason:
                self.rejects.labels(source, reason.value)
        for why in WEB_REFUSED:
            self.web_refused.labels(why)
        for severity in Severity:
            self.alerts.labels(severity.value)
            self.incidents_open.labels(severity.value)
            for kind in IncidentKind:
                self.incidents_opened.labels(severity.value, kind.value)

    def exposition(self, *, openmetrics: bool = False, cases: bool = True) -> tuple[bytes, str]:
        """Return the metrics as text and its content type, in the format a scraper asked for.

        Args:
            openmetrics: In that format.
            cases: With those that tell whether there are cases.
        """
        shown = self.registry if cases else _WithoutCases(self.registry)
        if openmetrics:
            text: bytes = _openmetrics(shown)  # type: ignore[no-untyped-call]  # untyped in the library
            return text, "application/openmetrics-text; version=1.0.0; charset=utf-8"
        return generate_latest(shown), "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class _WithoutCases:
    """What the library asks of a registry, without what tells of cases: that a target took a message just now, too."""

    registry: CollectorRegistry

    def collect(self) -> Iterator[Metric]:
        for family in self.registry.collect():
            if family.name in _OF_PARTS:
                family.samples = [each for each in family.samples if each.labels.get("part") != CheckedPart.TARGET]
            if family.name not in OF_CASES:
                yield family
