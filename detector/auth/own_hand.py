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


def must_be_own_hand(
    people: PeopleStore, team: TeamSettings, second: str, rests_on: Collection[str], first: Collection[str]
) -> None:
    """Refuse a second word where one of both signs in on the word of the other.

    Args:
        people: What is kept of how they sign in.
        team: Whose a login is.
        second: Who gives it.
        rests_on: As of their ``Identity``.
        first: Everybody whose word the first is.

    Raises:
        ConflictError: It is no word of a second person.
    """
    words: list[tuple[str, str, Collection[str]]] = [(second, giver, first) for giver in rests_on]
    for name in sorted(first):
        secret = people.secret(name)
        if secret is not None and secret.rests_on:
            words.append((name, secret.rests_on, (second,)))
    for person, giver, others in words:
        other = next((each for each in sorted(others) if _is(giver, each, team)), "")
        if other:
            what = f"{person} signs in on the word of {other}: that is no second word beside theirs"
            fix = (
                f"{person} presses the link sent when they signed in, or a third person: nabat people confirm {person}"
            )
            raise ConflictError(Problem(what=what, fix=fix))


def _is(giver: str, name: str, team: TeamSettings) -> bool:
    """Tell whether a name, or the login by which the very first password was set, is a person's."""
    return giver == name or f"{ACCOUNT}{giver}" in team.accounts_of(name)
