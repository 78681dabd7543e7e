"""Who may do what: people, how they sign in, what their roles let them do, and the one door every act goes through."""

from detector.auth.access_records import access_record
from detector.auth.called_in import called_in
from detector.auth.door import CaseAccess, Suspected, authorize, may, no_such_incident
from detector.auth.failed_tries import network_of
from detector.auth.independent_sign_ins import must_sign_in_independently
from detector.auth.one_time_codes import address_of, current_code, new_seed, seed_of
from detector.auth.openid_provider import ProviderVisit
from detector.auth.permissions import ALLOWED, CALLED, COMMAND, HOLDER, INVITED, NOT_WHILE_SUSPECTED, OF_NO_CASE
from detector.auth.ports import PeopleStore, PeopleTransactions
from detector.auth.sign_ins import PersonAccount, SignIns
from detector.auth.team_in_force import KEPT_AS, TeamInForce, team_in_force

__all__ = [
    "ALLOWED",
    "CALLED",
    "COMMAND",
    "HOLDER",
    "INVITED",
    "KEPT_AS",
    "NOT_WHILE_SUSPECTED",
    "OF_NO_CASE",
    "CaseAccess",
    "PeopleStore",
    "PeopleTransactions",
    "PersonAccount",
    "ProviderVisit",
    "SignIns",
    "Suspected",
    "TeamInForce",
    "access_record",
    "address_of",
    "authorize",
    "called_in",
    "current_code",
    "may",
    "must_sign_in_independently",
    "network_of",
    "new_seed",
    "no_such_incident",
    "seed_of",
    "team_in_force",
]
