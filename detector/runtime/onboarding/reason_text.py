"""Why something was guessed, in words, for the terminal and for the comments of the file alike.

Comes in: guesses. Goes out: texts of counts and of words of the shipped list; an account is named, a client never.
"""

from detector.messages import Messages
from detector.runtime.onboarding.guessed_route import GuessedRoute, Remark
from detector.runtime.onboarding.log_timing import spelt
from detector.runtime.onboarding.survey import Survey
from detector.runtime.onboarding.traits.account_domains import Domain
from detector.runtime.onboarding.traits.guess_accounts import LikelyProgram
from detector.runtime.onboarding.traits.time_zone import AssumedZone

_FIELDS = 3


def because(words: Messages, one: GuessedRoute) -> str:
    """Return from what a route was guessed."""
    return words.text(
        "init-because",
        words=", ".join(one.words) or "-",
        count=one.count,
        share=percent(one.share),
        paths=one.paths,
        size=one.size,
        sized="yes" if one.size else "no",
        signed=percent(one.signed_in),
        stand="yes" if one.stand_in else "no",
        tenant=one.route.tenant.strip("{}") or "none",
    )


def domain_text(words: Messages, one: Domain) -> str:
    """Say how many accounts bear a domain, and how many of them are written otherwise, too."""
    return words.text("init-domain", domain=one.name, example=one.example, accounts=one.accounts, also=one.also)


def program_text(words: Messages, one: LikelyProgram) -> str:
    """Return why an account looks like a program, or why it is not proposed as one."""
    signs = [name for name in ("named", "machine", "steady") if getattr(one, name)]
    return words.text(
        "init-program",
        name=one.name,
        count=one.count,
        records=one.records,
        hours=one.hours,
        signs=", ".join(words.text(f"init-sign-{name}") for name in signs),
        wanted="yes" if one.wanted else "no",
    )


def zone_text(words: Messages, zone: AssumedZone) -> str:
    """Return in which zone times without one are read, and why."""
    sign = zone.sign.value
    return words.text(f"init-zone-{sign}", zone=zone.name, offset=zone.offset, ahead=spelt(abs(zone.ahead)))


def instead_of(survey: Survey) -> dict[str, str]:
    """Return the shipped format that a draft stands in for, for a message."""
    return {"instead": survey.instead_of or "none"}


def remark_text(words: Messages, remark: Remark, survey: Survey) -> str:
    """Return what no route can tell."""
    fields = ", ".join(survey.account_fields[:_FIELDS]) if remark is Remark.ACCOUNT_FIELD else ""
    known = "address" if survey.addressed else "none"
    return words.text(f"init-remark-{remark.value}", fields=fields, known=known)


def percent(share: float) -> int:
    """Return a share in percent, never 100 for less than all and never 0 for some."""
    whole = round(share * 100)
    return min(whole, 99) if share < 1 and whole > 50 else max(whole, 1) if share > 0 else 0
