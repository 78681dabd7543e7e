"""Which role may do which act: the table that the door asks, as data.

Comes in: nothing. Goes out: for each act the roles that may do it. Besides the responder roles of the playbooks there
are three that only give access, and three that somebody gets by what happened in one incident: she was paged, was
invited, or has it. docs/response.md prints the table; a test compares them.
"""

from collections.abc import Mapping
from typing import Final

from detector.schema.team.grants import PersonAct
from detector.settings.sections.response import ACCESS_ROLES, ROLES

CALLED: Final = "called"
"""Whoever was paged in this incident."""
INVITED: Final = "invited"
"""Whoever was let into this incident by `nabat incidents invite`."""
IN_CASE: Final = (CALLED, INVITED)
HOLDER: Final = "holder"
"""Whoever has this incident."""

COMMAND: Final = frozenset({"lead", "dep", "scr"})
"""Roles that are concerned by every incident, whatever its steps name."""
READERS: Final = frozenset({"reader", "auditor"})
"""Roles that may look at every incident."""

_ALL = frozenset(ROLES)
_DECIDE = frozenset({"lead", "dep", "dpo", "soc"})
_CLIENTS = _DECIDE | {"care"}

ALLOWED: Final[Mapping[PersonAct, frozenset[str]]] = {
    PersonAct.LOOK: _ALL | READERS | {CALLED, INVITED},
    PersonAct.CLIENTS: _CLIENTS,
    PersonAct.EVIDENCE: _DECIDE | {"auditor"},
    PersonAct.ACKNOWLEDGE: _ALL | {CALLED},
    PersonAct.TAKE_OVER: _ALL | {CALLED},
    PersonAct.HAND_OVER: _ALL | {CALLED},
    PersonAct.SNOOZE: _ALL | {CALLED},
    PersonAct.NOTE: _ALL | {CALLED, INVITED},
    PersonAct.DO_STEP: _ALL | {CALLED, INVITED},
    PersonAct.ACTION: _ALL | {CALLED, INVITED},
    PersonAct.APPROVE: _ALL,
    PersonAct.SKIP_STEP: _ALL,
    PersonAct.REOPEN_STEP: _ALL,
    PersonAct.CLIENT_DATA: _DECIDE | {"own"},
    PersonAct.AWARE: _DECIDE,
    PersonAct.FACT: _DECIDE | {"care"},
    PersonAct.DUTY: frozenset({"lead", "dep", "dpo", "exe"}),
    PersonAct.RECEIPT: frozenset({"lead", "dep", "dpo", "exe", "com", "care"}),
    PersonAct.DOCUMENT: _ALL | {INVITED},
    PersonAct.SEND: frozenset({"lead", "dep", "dpo", "exe", "com", "care"}),
    PersonAct.ASSESS: _DECIDE,
    PersonAct.ADOPT: frozenset({"lead", "dep", "dpo"}),
    PersonAct.STATUS: _DECIDE,
    PersonAct.CLOSE: _DECIDE,
    PersonAct.REOPEN: _ALL,
    PersonAct.MERGE: _DECIDE,
    PersonAct.PROMOTE: _DECIDE,
    PersonAct.SCOPE: _DECIDE | {"own"},
    PersonAct.IMPORT_CLIENTS: _CLIENTS,
    PersonAct.INVITE: frozenset({"lead", "dep", "dpo"}),
    PersonAct.ASSIGN_ROLE: frozenset({"lead", "dep", "admin", HOLDER}),
    PersonAct.ANSWER_ROLE: _ALL | {CALLED, INVITED},
    PersonAct.ACT_FOR: COMMAND,
    PersonAct.EXPECT: _ALL,
    PersonAct.REVIEW_EXPECTED: _DECIDE | {"own"},
    PersonAct.END_EXPECTED: _ALL,
    PersonAct.SILENCE: _DECIDE | {"own"},
    PersonAct.CONFIRM_SILENCE: _DECIDE,
    PersonAct.END_SILENCE: _ALL,
    PersonAct.DRILL: COMMAND | {"dpo", "soc"},
    PersonAct.MODEL: frozenset({"lead", "dep", "soc"}),
    PersonAct.OVERVIEW: _ALL | frozenset(ACCESS_ROLES),
    PersonAct.OPEN_CASE: _DECIDE,
    PersonAct.ASK_WHO: _CLIENTS,
    PersonAct.REPORT: _ALL | frozenset(ACCESS_ROLES),
    PersonAct.TAKE_REPORT: _CLIENTS,
    PersonAct.PEOPLE: frozenset({"lead", "dep", "admin"}),
    PersonAct.PEOPLE_LIST: frozenset({"lead", "dep", "admin"}),
    PersonAct.ACCESS_LOG: frozenset({"lead", "dep", "auditor"}),
}

_SILENCES: Final = frozenset({PersonAct.SILENCE, PersonAct.CONFIRM_SILENCE, PersonAct.END_SILENCE})
OF_NO_CASE: Final = _SILENCES | {
    PersonAct.DRILL,
    PersonAct.MODEL,
    PersonAct.OVERVIEW,
    PersonAct.OPEN_CASE,
    PersonAct.ASK_WHO,
    PersonAct.REPORT,
    PersonAct.TAKE_REPORT,
    PersonAct.PEOPLE,
    PersonAct.PEOPLE_LIST,
    PersonAct.ACCESS_LOG,
}
"""Acts that are about no incident. Those about planned work may be about one."""

NOT_WHILE_SUSPECTED: Final = _SILENCES | frozenset(
    {
        PersonAct.REVIEW_EXPECTED,
        PersonAct.END_EXPECTED,
        PersonAct.ASK_WHO,
        PersonAct.TAKE_REPORT,
        PersonAct.PEOPLE,
        PersonAct.ACCESS_LOG,
        PersonAct.EXPECT,
        PersonAct.OPEN_CASE,
        PersonAct.DRILL,
        PersonAct.MODEL,
    }
)
"""Acts about no incident that nobody does whom an open incident is about: each could undo her exclusion from it."""

NOT_IN_DRILL: Final = frozenset(
    {PersonAct.SEND, PersonAct.RECEIPT, PersonAct.DUTY, PersonAct.CLIENT_DATA, PersonAct.AWARE}
)
"""What nobody does in an incident of a drill: nothing of it leaves the house, and no law counts from it."""

IN_PERSON: Final = NOT_WHILE_SUSPECTED | {
    PersonAct.PEOPLE_LIST,
    PersonAct.APPROVE,
    PersonAct.ANSWER_ROLE,
    PersonAct.CLIENTS,
    PersonAct.EVIDENCE,
    PersonAct.LOOK,
}
"""Acts that nobody does for somebody else: a second person's word is their own, and a look is one's own."""
