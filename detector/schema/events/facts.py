"""Facts: columns computed over the ordered events before the rules judge, for what a Sigma rule cannot say itself.

Comes in: nothing. Goes out: ``FACTS``, the table rules are checked against and docs are made from. A fact that needs
history is null for late events: they come behind the watermark and have no place in the order.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its column, type, unit and meaning, and whether it needs history."""

    name: str
    dtype: str
    unit: str
    meaning: str
    stateful: bool


FACTS: tuple[Fact, ...] = (
    Fact(
        "nabat.network_new",
        "bool",
        "",
        "The account is known for three days or longer and this network (named, else /24 or /48) was first seen within "
        "the last day.",
        True,
    ),
    Fact(
        "nabat.address_new",
        "bool",
        "",
        "The account is known for three days or longer and this address was first seen within the last day.",
        True,
    ),
    Fact(
        "nabat.address_settled",
        "bool",
        "",
        "The account has come from this address for a week or longer.",
        True,
    ),
    Fact(
        "nabat.agent_new",
        "bool",
        "",
        "The account is known for three days or longer and this user agent's family was first seen within the last "
        "day.",
        True,
    ),
    Fact(
        "nabat.sequential_run",
        "int64",
        "records",
        "Length of the run of neighbouring numeric client ids (at most 3 apart) the actor is reading in one direction, "
        "without changing any and with no pause over ten minutes. Requests that overtake each other (within 24 ids), "
        "reads of other clients in between and a second copy of the same reads do not end it.",
        True,
    ),
    Fact(
        "nabat.address_run",
        "int64",
        "records",
        "The same over all accounts and sessions of an address (of IPv6 its network), service accounts aside.",
        True,
    ),
    Fact(
        "nabat.account_first_day",
        "bool",
        "",
        "The account was first seen within the last day, as all are on the first day of the service.",
        True,
    ),
    Fact(
        "nabat.account_new",
        "bool",
        "",
        "The same, where accounts have been known for three days or longer.",
        True,
    ),
    Fact(
        "nabat.account_young",
        "bool",
        "",
        "The account was first seen within the last week, where accounts have been known for a week or longer.",
        True,
    ),
    Fact(
        "nabat.network_young",
        "bool",
        "",
        "Client data was first touched from this network of the internet (/24, of IPv6 /48) within the last week, "
        "where any has been touched for a week or longer.",
        True,
    ),
    Fact(
        "nabat.service_new",
        "bool",
        "",
        "A service account before the third day (UTC) on which it was seen, or beyond three times the clients of its "
        "busiest day (150 at least; a day counts three days later), where accounts have been known for three days. "
        "Whole tables taken without a count are counted likewise (10 at least).",
        True,
    ),
    Fact(
        "nabat.service_settled",
        "bool",
        "",
        "A service account that has come from this network (named, else /24 or /48) for a week or longer.",
        True,
    ),
    Fact(
        "nabat.service_more",
        "bool",
        "",
        "A service account that touches more clients today (UTC) than is likely by its last 14 usual days with work "
        "(10 at least): five spreads and 150 clients above their median, and a quarter above its busiest day; or that "
        "takes whole tables without a count: 10 more than usual, and three times those of its busiest day.",
        True,
    ),
    Fact(
        "nabat.listed_more",
        "bool",
        "",
        "Lists, searches and queries show an account that is no service more than 20,000 records today (UTC; 5,000 "
        "of one answer at most), and more than three times those of its busiest day (a day counts three days later), "
        "where accounts have been known for three days.",
        True,
    ),
    Fact(
        "nabat.exported_today",
        "int64",
        "records",
        "Of exports, downloads and prints by an account that is no service: client records that it took in them today "
        "(UTC), this one included.",
        True,
    ),
    Fact(
        "nabat.exported_days",
        "int64",
        "days",
        "On so many of the last seven days (UTC, today included) an account, no service, took out more than three "
        "times what it did on its busiest day before them, and more than 1,000 records; days on which it was known for "
        "less than a week aside.",
        True,
    ),
    Fact(
        "nabat.exported_usual",
        "bool",
        "",
        "These are no more than twice those of its busiest day (a day counts three days later), and 200,000 at most.",
        True,
    ),
    Fact(
        "nabat.taken_alone",
        "bool",
        "",
        "Records that an account, no service, takes at once and comes for alone: an export, download or print of 30 or "
        "more, or an answer of a database of 100 or more, before which it did fewer than three other things with "
        "client data in an hour and a half; and until the day before it never did so in that quarter of the day (UTC), "
        "though it had been known for three days.",
        True,
    ),
    Fact(
        "nabat.account_bare",
        "str",
        "",
        "The account without its domain or realm, where it has one: `mallory` of `CORP\\mallory` and `mallory@corp`.",
        False,
    ),
    Fact(
        "nabat.network",
        "str",
        "",
        "The /24 (of IPv6 /48) that an address on the internet lies in. What a correlation grouped by it finds is said "
        "of that network: whoever rents machines has one as easily as an address.",
        False,
    ),
    Fact(
        "nabat.failures_before",
        "int64",
        "failed logins",
        "At a successful login: failed ones from this address or for this account within the last hour, whichever is "
        "more; stops counting at 100. Those for the account do not count at an address, or in a network, where the "
        "account had signed in before they began and has not failed since. Of those of an address where it had, only "
        "its own count if they are fewer than three; and those of somebody who then signs in where they had before "
        "are no longer the address's.",
        True,
    ),
    Fact(
        "nabat.request.decoded",
        "str",
        "",
        "Path, `?` and query of a request in one spelling, for looking for words in: lower case, escapes, `%u0041` and "
        "HTML entities decoded three times over, overlong UTF-8, letters of full width, `\\` as `/`, comments of SQL "
        "and runs of white space as one space, no NUL. Where something was taken out, the same follows in further "
        "lines with it left in. Of path and query 16,384 characters each are read.",
        False,
    ),
    Fact("nabat.local_hour", "int64", "hour", "Hour of the day in the configured time zone, 0 to 23.", False),
    Fact("nabat.night", "bool", "", "The local hour is from 22 to 6.", False),
    Fact("nabat.canary", "bool", "", "The event touches a planted false client (records.canaries).", False),
    Fact("nabat.watched", "bool", "", "The event touches a watched client (records.watched).", False),
    Fact(
        "nabat.watched_new",
        "list[str]",
        "",
        "The watched clients that the event touches and that its actor first touched within the last day; lists "
        "and searches, which show whoever fits, aside. 200,000 pairs of actors and watched clients are remembered.",
        True,
    ),
    Fact(
        "nabat.touch",
        "list[str]",
        "",
        "What explains that the actor touches the clients the event names, by client in the order of `subject.ids`: "
        "`own`, it dealt with the client before, or the client is its own; `follow_up`, it goes on with a card it just "
        "opened, or opens one that a list just showed; `list`, a list or search, or the next number to a "
        "client it just opened; `team`, the client is its team's, or two colleagues or more of its team (or role and "
        "organization) dealt with it; `unexplained`, none of these; `unknown`, too early to say (the source has "
        "touched clients for less than ten days) or nobody is named. Null "
        "where another log has told of it before. 45 days are remembered, 90 at most; *just* is half an hour.",
        True,
    ),
    Fact(
        "nabat.touch_reason",
        "list[str]",
        "",
        "The same more closely: `dealt_before`, `same_card`, `from_list`, `listed`, `neighbour`, `colleagues`, "
        "`nobody`, `too_early`, `no_actor`, `portfolio`, `team_portfolio` (`records.portfolio`).",
        True,
    ),
    Fact(
        "nabat.unexplained",
        "list[str]",
        "",
        "The clients that the event touches and whose touch is `unexplained`: what a correlation counts.",
        True,
    ),
    Fact(
        "nabat.walk",
        "int64",
        "clients",
        "Of a card the actor opens that is new to it, and in no portfolio of its: how many such clients it has opened "
        "next to each other (as near as clients' numbers lie), whichever way, with no pause of more than twelve hours. "
        "Other work between does not end a walk; changing one of its cards does. Null until the source has "
        "touched clients for ten days.",
        True,
    ),
    Fact(
        "nabat.walks",
        "int64",
        "clients",
        "Of such a card, where it makes a piece longer: how many clients all pieces of walks (`nabat.walk`) come to, "
        "wherever in the register they are: four neighbours or more, none over half an hour behind the one before. "
        "After twelve hours without one the count begins anew, and each card that is changed on a piece takes eight "
        "away. Null until the source has touched clients for ten days.",
        True,
    ),
    Fact(
        "nabat.hasty_more",
        "bool",
        "",
        "An account that is no service has opened more than 60 cards in haste today (UTC), more than three times "
        "those of its busiest day (a day counts three days later), and a fourth of all its cards at least. A card "
        "is opened in haste two to six seconds after another one; a card that was open within the last half hour, "
        "and one next to another (`nabat.walk`), is none. Told where the source has touched clients for ten days.",
        True,
    ),
    Fact(
        "nabat.reopened_more",
        "bool",
        "",
        "An account that is no service has gone back to more than 60 of its own clients today (UTC), each counted "
        "once, and to more than four times those of its busiest day (a day counts three days later); not told in the "
        "week after it first went back to one. Its own are clients it dealt with before, and those of its portfolio "
        "(`records.portfolio`); a card that was open within the last half hour is none. Told where the source has "
        "touched clients for ten days.",
        True,
    ),
    Fact(
        "nabat.scripted_usual",
        "bool",
        "",
        "A card that an account, no service, opens in the same second as another one, or in the next, as scripts do "
        "and pages that fetch each row of a list; and it has opened no more of these today (UTC) than twice those of "
        "its busiest day (a day counts three days later), and 1,000 at most. Cards that were open within the last half "
        "hour are left out.",
        True,
    ),
    Fact(
        "nabat.nobody_more",
        "bool",
        "",
        "An answer to whom no account, session or host is known holds 100 client records or more, and over three times "
        "the largest such answer of the same service and log (it counts three days later); told only where the log has "
        "named accounts for three days, and more often than none.",
        True,
    ),
    Fact(
        "nabat.session_back",
        "bool",
        "",
        "Within the two hours before, the actor's session came back to the network it was used from before it was used "
        "from another one (two hours ago at most): it is used in two places by turns. The internet is one network.",
        True,
    ),
    Fact(
        "nabat.opened_to",
        "list[str]",
        "",
        "To whom a request to AWS (CloudTrail) opens stored data: `everybody` (a policy that lets anybody read, an "
        "access list, a public snapshot or image), `conditional` (anybody who meets a condition, or a policy that "
        "cannot be read), `account` (another account), `copy` (it is copied elsewhere: replication, an export to a "
        "bucket), `unguarded` (a guard against public access is taken away).",
        False,
    ),
    Fact("nabat.on_leave", "bool", "", "The account is on leave that day, or those hours (actors.leave).", False),
    Fact("nabat.holiday", "bool", "", "The company is closed that day, or those hours (actors.holidays).", False),
    Fact(
        "nabat.silent_days",
        "int64",
        "days",
        "Of what an account does within a day of waking: whole days since it had last touched client data or signed "
        "in, without its leave, if they are 10 at least. One that has a role and was never seen has been silent since "
        "the first event of all.",
        True,
    ),
    Fact(
        "nabat.account_unused",
        "bool",
        "",
        "The same, where the account was never seen before (at least since 10 days ago).",
        True,
    ),
)
