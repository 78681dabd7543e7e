"""A guessed route of the record map, and why it was guessed.

Comes in: nothing. Goes out: the values that ``guess_routes`` and ``audit_actions`` make, a person changes, and
``write_config`` writes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from detector.messages import Language
from detector.settings import Route

# Confidentiality, ENISA's category and titles of the classes that the words of the list name.
CLASSES: dict[str, tuple[str, str, str, str]] = {
    "identity": ("confidential", "simple", "names, birth dates, identity documents", "имена, даты рождения, документы"),
    "contact": ("confidential", "simple", "contact details", "контактные данные"),
    "financial": ("confidential", "financial", "accounts and payments", "счета и платежи"),
    "health": ("special", "sensitive", "health data", "сведения о здоровье"),
}


def class_titles(names: Iterable[str], language: Language) -> str:
    """Return what people call data classes; one of their own configuration by its id."""
    titles = {name: title_ru if language == "ru" else title for name, (_, _, title, title_ru) in CLASSES.items()}
    return "; ".join(titles.get(name, name) for name in names)


class Skipped(StrEnum):
    """Why an endpoint is not proposed, for the summary."""

    STATIC = "static"
    HEALTH = "health"
    UNANSWERED = "unanswered"
    PUBLIC = "public"
    UNKNOWN = "unknown"
    SIGN_IN_PAGE = "sign-in-page"


class Remark(StrEnum):
    """What no route by path can tell apart, and what helps."""

    GRAPHQL = "graphql"
    RPC = "rpc"
    DISPATCH = "dispatch"
    ONEC = "onec"
    DATABASE = "database"
    NO_ACCOUNT = "no-account"
    ACCOUNT_FIELD = "account-field"
    NO_PATHS = "no-paths"
    NO_OUTCOME = "no-outcome"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuessedRoute:
    """One proposed route.

    Attributes:
        route: As it would stand in the configuration.
        wanted: Proposed, not merely shown.
        count / share: Requests of this kind, and their share of the source's requests.
        size: Median bytes of an answer; 0: unknown.
        paths: How many different paths were answered.
        signed_in: The share with an account or a session.
        stand_in: The subject is the record's own id, because nothing tells the client.
        words: Words of the list that it was guessed from.
    """

    route: Route
    wanted: bool
    count: int
    share: float
    size: int = 0
    paths: int = 0
    signed_in: float = 0.0
    stand_in: bool = False
    words: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What it fits, in one line."""
        what = (
            self.route.path or self.route.table or " ".join(f"{key}={value}" for key, value in self.route.when.items())
        )
        return f"{'|'.join(self.route.methods) or '*'} {what}"

    def changed(self, **update: object) -> "GuessedRoute":
        """Return it with another action, object, classes."""
        return replace(self, route=self.route.model_copy(update=update), wanted=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuessedRoutes:
    """What was guessed of one source.

    Attributes:
        routes: In the order they have to be tried in.
        logins: Routes of signing in and out.
        skipped: Requests by the reason why they are not proposed.
        unmapped: The most frequent patterns nobody could place: method, pattern, count.
        unmapped_kinds: How many such patterns there are.
        remarks: What no route can tell.
        public: What was asked for is open to all: files, and pages without ids that nobody signs in for.
    """

    routes: tuple[GuessedRoute, ...] = ()
    logins: tuple[GuessedRoute, ...] = ()
    skipped: tuple[tuple[Skipped, int], ...] = ()
    unmapped: tuple[tuple[str, str, int], ...] = ()
    unmapped_kinds: int = 0
    remarks: tuple[Remark, ...] = ()
    public: bool = False

    @property
    def turned_off(self) -> int:
        """How many guesses are not wanted."""
        return sum(not one.wanted for one in self.routes)
