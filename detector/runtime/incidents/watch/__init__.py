"""Watch open incidents: ladders that are due, what is said to be stopped, scopes that have to be looked up again."""

from detector.runtime.incidents.watch.containment_watch import ContainmentWatch
from detector.runtime.incidents.watch.escalation_loop import EscalationLoop
from detector.runtime.incidents.watch.scope_refresh import ScopeRefresher

__all__ = ["ContainmentWatch", "EscalationLoop", "ScopeRefresher"]
