"""Whether two words are those of two people, by how each of them signs in.

Comes in: what people sign in with, two words. Goes out: a refusal that says what makes them two. Somebody who set a
colleague's password, or used the invitation made for the colleague, can sign in as the colleague: the colleague's word
is none beside hers until the colleague says, by a link that only the colleague was sent, that the password is no one
else's. Of whoever gave the first word it is not kept how they were signed in: what they sign in with now decides.
"""

from collections.abc import Collection

from detector.auth.ports import PeopleStore
from detector.errors import ConflictError, Problem
from detector.schema.events.columns import ACCOUNT
from detector.settings import TeamSettings


def must_sign_in_independently(
    people: PeopleStore, team: TeamSettings, second: str, rests_on: Collection[str], first: Collection[str]
) -> None:
    """Refuse a second word where one of both signs in on the word of the other, or both on that of the same colleague.

    Args:
        people: What is kept of how they sign in.
        team: Whose a login is.
        second: Who gives it.
        rests_on: As of their ``Identity``.
        first: Everybody whose word the first is.

    Raises:
        ConflictError: It is no word of a second person.
    """
    theirs = _hands(second, rests_on, team)
    for name in sorted(set(first) - {second}):
        secret = people.secret(name)
        shared = theirs & _hands(name, (secret.rests_on,) if secret is not None else (), team)
        if shared:
            raise ConflictError(_problem(name, second, min(shared)))


def _hands(name: str, rests_on: Collection[str], team: TeamSettings) -> frozenset[str]:
    """Return whose hand a person's word may be: their own, and that of whoever of the team it rests on."""
    accounts = {f"{ACCOUNT}{giver}" for giver in rests_on}  # the very first password is set by a login
    givers = {each.name for each in team.people if each.name in rests_on or accounts & team.accounts_of(each.name)}
    return frozenset({name} | givers)


def _problem(name: str, second: str, hand: str) -> Problem:
    person = name if hand == second else second
    what = f"{person} signs in on the word of {hand}: that is no second word beside theirs"
    if hand not in (name, second):
        what = f"{name} and {second} sign in on the word of {hand}: that is no word of two"
    fix = f"{person} presses the link sent when they signed in, or a third person: nabat people confirm {person}"
    return Problem(what=what, fix=fix)
