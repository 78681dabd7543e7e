"""Where somebody is told of a matter so that nobody reads along whom it is about.

Comes in: the team, its targets, whom the matter is about. Goes out: targets. A chat or mailbox of several is all of
theirs: what is sent there to one of them is read by the others.
"""

from collections.abc import Collection

from detector.settings import Settings


def overheard(settings: Settings, accounts: Collection[str]) -> frozenset[str]:
    """Return the targets that whoever holds some accounts reads, by whatever name they stand in the configuration."""
    suspected = settings.team.excluded(accounts) if accounts else frozenset()
    theirs = {target for name in suspected for target in settings.team.person(name).targets}
    known = settings.notify.targets
    urls = {known[name].url for name in theirs if name in known}
    return frozenset(theirs | {name for name, target in known.items() if target.url in urls})


def private_targets(person: str, settings: Settings, accounts: Collection[str]) -> tuple[str, ...]:
    """Return a person's targets that nobody else reads whom a matter about some accounts is about."""
    shared = overheard(settings, accounts)
    return tuple(each for each in settings.team.person(person).targets if each not in shared)


def own_targets(person: str, settings: Settings, beside: str) -> tuple[str, ...]:
    """Return a person's targets that one colleague does not read, by whatever name they stand in the configuration."""
    known, theirs = settings.notify.targets, settings.team.person(beside).targets
    urls = {known[name].url for name in theirs if name in known}
    return tuple(
        each
        for each in settings.team.person(person).targets
        if each not in theirs and each in known and known[each].url not in urls
    )


def targets_of(person: str, settings: Settings, accounts: Collection[str]) -> tuple[str, ...]:
    """Return where a person is told of a matter; all targets where none is private: being overheard beats silence."""
    return private_targets(person, settings, accounts) or settings.team.person(person).targets
