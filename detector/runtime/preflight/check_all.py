"""Look at everything before the service does: every problem at once, with file and line.

Comes in: the path of a configuration. Goes out: problems that would stop or weaken the service, warnings about what
works and will disappoint, and notices about what it would make of the logs. It changes nothing and pages nobody.
"""

import os
import stat
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from detector.clock import SystemClock
from detector.detect.behaviour import load_model, model_folder
from detector.detect.rules import SEARCH_FAILURES, search_library
from detector.errors import Cause, ConfigError, InputError, ModelError, NabatError, Problem
from detector.incident import Lies, Regulation, configured_terms, law_applies, lies_in, load_regulations
from detector.incident.claims.wording_lists import load_wording
from detector.incident.notices.organization_fields import organization_gaps
from detector.messages import Messages, messages
from detector.notify import OnCallRota, ladder_gaps
from detector.notify.delivery.apprise_target import understood
from detector.rendering import PdfMissingError, SourceTemplates, glyphless, numbered, read_logo
from detector.runtime.components import build, mistakes
from detector.runtime.delivery.target_trials import targets_tried
from detector.runtime.incidents.letters.contact_source import contacts_of
from detector.runtime.incidents.letters.letter_templates import help_contact_problems, template_problems
from detector.runtime.preflight.check_addressees import addressees_missing, strange_recipients
from detector.runtime.preflight.mailbox_check import mailbox_failures, password_mistakes
from detector.runtime.preflight.map_fit import check_fit
from detector.runtime.preflight.probe_sources import check_source
from detector.runtime.preflight.readiness import not_ready, unwritable
from detector.runtime.visibility.visibility_report import EVERY, Unchecked, read_sight, reason_of
from detector.runtime.visibility.visibility_report import NAME as SIGHT
from detector.schema.case.duties import DutyVerdict
from detector.schema.case.incidents import Incident, IncidentKind
from detector.schema.detection.findings import Reason
from detector.schema.detection.health import CheckedPart
from detector.settings import LegalSettings, Settings
from detector.settings.lists.residence_rows import read_residences
from detector.settings.lists.rota_files import read_rota
from detector.settings.lists.training_rows import read_training
from detector.settings.loading.load_settings import SettingsError, load_settings
from detector.store import Store, UnitOfWork, parse_database_url

_SAID = 3 * EVERY
_AHEAD = timedelta(days=30)
_HOLES = 10
_NAMED = 5
"""Log sources of waiting rules that are named."""
_BY_SERVICE = "by the service: "


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found, in the order of file and line.

    Attributes:
        problems: To be corrected in the configuration, or in what it names.
        failures: What does not work now, however right the configuration is.
        warnings: Works, and will disappoint.
        notices: What was looked at and how it looks, for a person.
        unchecked: What could not be looked at: nobody may call it healthy.
    """

    problems: tuple[Problem, ...]
    failures: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()


def check(path: Path, *, promised: str = "") -> Checked:
    """Check the configuration and everything it names.

    Args:
        path: The configuration. Of one with mistakes, what is right is checked all the same.
        promised: What will write the logs that are not there yet; empty: a source without a file is a problem.
    """
    try:
        settings, problems = load_settings(path), []
    except SettingsError as error:
        if error.usable is None:
            return Checked(error.problems)
        settings, problems = error.usable, list(error.problems)
    except ConfigError as error:
        return Checked(error.problems)
    wrong = settings.parts_of(problems)
    problems += map(settings.with_location, _whole(settings, path, wrong))
    notices, unchecked = list(_parts(settings, problems)), []
    for number in range(len(settings.sources)):
        found, said = check_source(settings, number, promised)
        problems += map(settings.with_location, found)
        notices += said
    unread: list[Problem] = []
    if not mistakes(settings):  # else nothing could be decoded, which is told
        fit = check_fit(settings)
        problems += map(settings.with_location, fit.problems)
        notices += fit.notices
        unchecked += fit.unchecked
        unread += map(settings.with_location, fit.warnings)
    blind, unseen = _blind(settings, SystemClock().now())
    failing, unasked = not_ready(settings)
    warnings = (*_warnings(settings), *rota_holes(settings, SystemClock().now()))
    unchecked += [each for each in (*unseen, *unasked) if each.removeprefix(_BY_SERVICE) not in unchecked]
    if settings.notify.targets:
        unchecked.append("whether targets take messages (nabat notify test)")
    return Checked(
        tuple(sorted(set(problems))),
        (*unwritable(settings), *failing, *map(settings.with_location, mailbox_failures(settings))),
        (*map(settings.with_location, warnings), *unread, *blind),
        tuple(notices),
        tuple(unchecked),
    )


def _whole(settings: Settings, path: Path, wrong: set[str]) -> Iterator[Problem]:
    """Yield what is wrong beyond the parts; what is wrong in the file already is no reason for another problem."""
    yield from _database(settings)
    yield from _model(settings)
    yield from _secrets(settings, path)
    yield from password_mistakes(settings)
    yield from _state(settings)
    yield from _targets(settings)
    yield from SourceTemplates(map(Path, settings.incident.templates)).mistakes()
    yield from _wording(settings)
    yield from _logo(settings)
    yield from _contacts(settings)
    yield from _training(settings)
    if not wrong & {"team", "notify"}:
        yield from _team(settings)
    if not settings.sources and "sources" not in wrong:
        yield Problem(where=("sources",), what="there are no sources: nothing would be watched", fix="name your logs")


def _training(settings: Settings) -> Iterator[Problem]:
    try:
        read_training(settings)
    except ConfigError as error:
        yield from error.problems


def _wording(settings: Settings) -> Iterator[Problem]:
    try:
        load_wording(map(Path, settings.incident.wording))
    except ConfigError as error:
        yield from error.problems


def _parts(settings: Settings, problems: list[Problem]) -> Iterator[str]:
    """Build everything; say what there is."""
    missing = {path: number for number, path in enumerate(settings.rules.paths) if not Path(path).exists()}
    for path, number in missing.items():
        what = f"there is no file or folder {path}"
        problems.append(
            settings.with_location(Problem(where=("rules", "paths", number), what=what, fix="correct rules.paths"))
        )
    found = mistakes(settings)
    if found:
        problems += found
        return
    parts = build(settings, session_key=b"check")
    problems += [problem for problem in parts.skipped if problem.file not in missing]
    yield f"{len(parts.ruleset)} rules, {len(parts.playbooks)} playbooks"
    places = _listed_places(settings)
    yield from _laws(settings, parts.regulations, places)
    problems += strange_recipients(settings, parts.regulations)
    yield from addressees_missing(settings, parts.regulations, places)
    yield from _laws_left_out(settings, parts.regulations, places)
    yield from _press(settings)
    if waiting := Counter(rule.source for rule in parts.ruleset.waiting):
        most = ", ".join(f"{source} ({count})" for source, count in waiting.most_common(_NAMED))
        more = f" and {len(waiting) - _NAMED} more" if len(waiting) > _NAMED else ""
        yield f"rules: {waiting.total()} wait for events that no source gives ({most}{more}): `nabat rules check`"
    try:
        library = search_library()
    except SEARCH_FAILURES as error:
        cause = Cause.of(error)
        what = f"the search for the texts of rules fails ({cause.kind} at {cause.place})"
        problems.append(Problem(what=what, fix="rules judge every event all the same, which takes longer; report it"))
    else:
        if library != "hyperscan":
            yield f"rules: {library} looks for their texts, which takes longer: hyperscan does not run on this machine"


def _laws(settings: Settings, regulations: Mapping[str, Regulation], places: Collection[str]) -> Iterator[str]:
    """Say of each law whether it binds as far as the settings tell, and why; what a case is about decides the rest."""
    terms, words = configured_terms(settings, regulations).terms, messages("en")
    said = {DutyVerdict.YES: "applies", DutyVerdict.ASK: "may apply", DutyVerdict.NO: "does not seem to apply"}
    for law in regulations.values():
        judged = law_applies(law, None, replace(terms, legal=_with_listed(settings.legal, law, places)))
        why = "; ".join(map(words.reason, judged.reasons)) or "it asks for nothing that the settings tell"
        yield f"law {law.id} (version {law.version}): {said[judged.verdict]}: {why}"
        if judged.verdict is not DutyVerdict.NO and (gaps := organization_gaps(settings.organization, law)):
            yield f"law {law.id}: its notices name you by {', '.join(gaps)}, which the configuration does not say"


def _laws_left_out(settings: Settings, regulations: Mapping[str, Regulation], places: Collection[str]) -> Iterator[str]:
    """Name the shipped laws that ask for what the settings say we are, or where we or clients are, and are not named.

    Clients who live in the EU, or in a country, need not live in the part of it that a law is about.
    """
    terms, words, legal = configured_terms(settings, regulations).terms, messages("en"), settings.legal
    homes, home, partly = {*legal.residence, *places}, settings.organization.country, dict[str, list[str]]()
    for law in load_regulations().values():
        wanted = law.applies.residence
        if law.id in regulations or law.dormant or not (legal.sectors or not law.applies.sectors):
            continue
        here = tuple(sorted(each for each in homes if lies_in(each, wanted) is Lies.INSIDE))
        if here or not wanted:
            known = legal.model_copy(update={"residence": here})
            judged = law_applies(law, None, replace(terms, legal=known))
            why = "; ".join(map(words.reason, judged.reasons)) if judged.verdict is DutyVerdict.YES else ""
        else:
            why = f"organization.country is {home}" if home and lies_in(home, wanted) is Lies.INSIDE else ""
        if why:
            yield f"law {law.id} is not named in incident.regulations, and seems to apply: {why}"
        for each in homes if not why else ():
            if any(part.startswith(f"{each}-") for part in wanted):
                partly.setdefault(each, []).append(law.id)
    for place, laws in sorted(partly.items()):
        yield (
            f"legal: some laws are of parts of {place} ({', '.join(laws)}): legal.residence says in which clients live"
        )


def _listed_places(settings: Settings) -> frozenset[str]:
    """Return where clients live by the company's list; what is wrong with that is said elsewhere."""
    if not settings.residence_file:
        return frozenset()
    try:
        return frozenset(read_residences(Path(settings.residence_file)).values())
    except ConfigError:
        return frozenset()


def _with_listed(legal: LegalSettings, law: Regulation, places: Collection[str]) -> LegalSettings:
    """Return the settings with the listed places that a law speaks of: one client who lives there is enough for it."""
    here = sorted(each for each in places if lies_in(each, law.applies.residence))
    return legal.model_copy(update={"residence": tuple(dict.fromkeys((*legal.residence, *here)))})


def _press(settings: Settings) -> Iterator[str]:
    if settings.organization.called and not settings.organization.press.known:
        yield "organization.press: nobody is named who speaks to the press; the staff is told to pass it on"


def _warnings(settings: Settings) -> Iterator[Problem]:
    if settings.team.people and not settings.web.public_url:
        yield Problem(
            where=("web", "public_url"),
            what=f"links in pages begin with {settings.base_url}, which opens on this machine only, not on a phone",
            fix="set web.public_url to the address at which people reach the pages",
        )

    people = settings.team.people
    for number, person in enumerate(people):
        if not person.accounts:
            yield Problem(
                where=("team", "people", number),
                what=f"{person.name} has no accounts: only {person.name!r} is known as theirs, as login and as suspect",
                fix=f"name those they have in the logs and on this machine: accounts: [user:{person.name}]",
            )
    read_by = _readers(settings)
    for number, person in enumerate(people):
        if person.targets and all(len(read_by.get(each, ())) > 1 for each in person.targets):
            others = sorted(set().union(*(read_by[each] for each in person.targets)) - {person.name})
            yield Problem(
                where=("team", "people", number),
                what=f"{person.name} has no target that nobody else reads: what is sent to {person.name} about "
                f"{', '.join(others)} reaches them as well",
                fix="give them a target of their own, and name it first",
            )
    if people and settings.web.enabled and not settings.auth.proxy.header and _nobody_signs_in(settings):
        yield Problem(
            where=("auth",),
            what="nobody can sign in to the pages yet",
            fix=f"once the service has run: nabat people passwd {people[0].name}; the others: nabat people add NAME",
        )
    yield from _letters_of_no_font(settings)


def _letters_of_no_font(settings: Settings) -> Iterator[Problem]:
    """Yield what of our own names a PDF could only show as numbers; nothing where no PDF can be made."""
    names = str(settings.organization.model_dump())
    try:
        lacking = glyphless(names)
    except PdfMissingError:
        return
    if lacking:
        codes = ", ".join(map(numbered, lacking[:_NAMED])) + (", …" if len(lacking) > _NAMED else "")
        yield Problem(
            where=("organization",),
            what=f"no font on this machine has {codes}: a PDF shows these numbers instead",
            fix="install a font that has them: apt-get install fonts-noto-cjk for Chinese, Japanese and Korean",
        )


def _readers(settings: Settings) -> dict[str, set[str]]:
    """Return who reads each target, by whatever name it stands in the configuration."""
    targets, by_url = settings.notify.targets, dict[str, set[str]]()
    for person in settings.team.people:
        for each in person.targets:
            if each in targets:
                by_url.setdefault(targets[each].url.get_secret_value(), set()).add(person.name)
    return {name: by_url.get(target.url.get_secret_value(), set()) for name, target in targets.items()}


def rota_holes(settings: Settings, now: datetime) -> Iterator[Problem]:
    """Yield the hours of the next weeks in which nobody is on call."""
    holes = OnCallRota(read_rota(settings, skip_bad=True)).holes(now, now + _AHEAD)
    for hole in holes[:_HOLES]:
        away = f" ({', '.join(hole.passed)} away)" if hole.passed else ""
        yield Problem(
            where=("notify", "rota"),
            what=f"nobody is on call from {_time(hole.begin)} to {_time(hole.end)}{away}: the first of "
            f"{settings.notify.oncall_role} is called then",
            fix="add an override, or somebody to people of the rota",
        )
    if len(holes) > _HOLES:
        what = f"{len(holes) - _HOLES} more spans of the next {_AHEAD.days} days have nobody on call"
        yield Problem(where=("notify", "rota"), what=what, fix=f"nabat oncall --days {_AHEAD.days} lists them")


def _nobody_signs_in(settings: Settings) -> bool:
    if settings.never_ran:
        return True
    try:
        store = Store.open(settings.database_url, upgrade=False)
    except NabatError:
        return False  # that is said elsewhere
    try:
        with store.read() as unit:
            return not any(each.password_hash for each in unit.people.secrets())
    except NabatError:
        return True  # of a version that knew no passwords
    finally:
        store.close()


def _blind(settings: Settings, now: datetime) -> tuple[list[Problem], list[str]]:
    """Return what the service says it is blind to, and what it could not check; or why that cannot be told."""
    unknown = "what the running service is blind to"
    if settings.never_ran:
        return [], [f"{unknown} (it has not run with this configuration yet)"]
    try:
        store = Store.open(settings.database_url, upgrade=False)
    except NabatError as error:
        return [], [f"{unknown} ({error})"]
    try:
        with store.read() as unit:
            still = [each for each in unit.incidents.open_incidents() if each.kind is IncidentKind.BLIND_SPOT]
            sight = read_sight(unit.kv.get(SIGHT))
            failing = _failing_targets(unit, settings)
    except NabatError as error:
        return [], [f"{unknown} ({error})"]
    finally:
        store.close()
    words = messages("en")
    current = None if sight is None or sight.at is None else {_about(reason_of(spot)) for spot in sight.spots}
    found = [*(_still(each, words, current) for each in still), *failing]
    if sight is None or sight.at is None:
        return found, [unknown]
    known = {_about(reason) for each in still for reason in each.reasons}
    found += [
        Problem(what=f"the service is blind, last said {_time(sight.at)}: {words.reason(reason)}", fix="mend it")
        for reason in map(reason_of, sight.spots)
        if _about(reason) not in known
    ]
    unseen = [
        f"{_BY_SERVICE}{words.text(f'health-{each.part}', name=each.name)}: {_why(each)}"
        for each in sight.unchecked
        if each.part != CheckedPart.TARGET  # that a target took a page tells whom the case is about that there is one
    ]
    if now - sight.at > _SAID:
        unseen.append(f"{unknown} since {_time(sight.at)}: it does not run, or is stuck")
    return found, unseen


def _failing_targets(unit: UnitOfWork, settings: Settings) -> list[Problem]:
    """Return which targets did not take their last message, those of cases about the team aside.

    Whoever looks may be whom such a case is about: what became of its messages, they must not learn. When, nobody does.
    """
    accounts, parties = settings.team.all_accounts, unit.incidents.parties()
    hidden = [each.id for each in parties if each.merged_into or not accounts.isdisjoint(each.suspects)]
    return [
        Problem(
            what=f"the target {name} did not take the last message it was sent",
            fix=f"see why: nabat notify test --target {name}",
        )
        for name, tried in sorted(targets_tried(unit, hidden).items())
        if tried.failing and name in settings.notify.targets
    ]


def _still(incident: Incident, words: Messages, current: Container[object] | None) -> Problem:
    """Return what an open incident says of what is, or was, blind; what is so now may be unknown."""
    said = "; ".join(map(words.reason, incident.reasons))
    if current is not None and not any(_about(reason) in current for reason in incident.reasons):
        what = f"incident {incident.number} is open about what is not blind any more: {said}"
        return Problem(what=what, fix="see what happened meanwhile and close the incident")
    what = f"the service is blind, incident {incident.number}, last said {_time(incident.last_event_at)}: {said}"
    return Problem(what=what, fix="mend it and close the incident")


def _why(one: Unchecked) -> str:
    if one.checked_at is not None:
        return f"last seen to work {_time(one.checked_at)}"
    return messages("en").reason(reason_of(one.said)) if one.said else "not checked yet"


def _about(reason: Reason) -> tuple[object, ...]:
    return reason.message, dict(reason.args).get("name")


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _database(settings: Settings) -> Iterator[Problem]:
    try:
        parse_database_url(settings.database_url)
    except ConfigError as error:
        yield from error.problems


def _contacts(settings: Settings) -> Iterator[Problem]:
    """Read the file of contacts and the texts of letters; a database or a program is asked by `nabat letters plan`."""
    yield from template_problems(settings)
    yield from help_contact_problems(settings)
    for number, offer in enumerate(settings.letters.offers):
        if not Path(offer.codes).is_file():
            where = ("letters", "offers", number, "codes")
            yield Problem(where=where, what=f"there is no file {offer.codes}", fix="correct letters.offers")
    if settings.contacts.csv:
        try:
            contacts_of(settings)
        except ConfigError as error:
            yield from error.problems


def _model(settings: Settings) -> Iterable[Problem]:
    if not settings.behaviour.enabled:
        return
    try:
        load_model(model_folder(settings))
    except ModelError as error:
        yield from error.problems


def _secrets(settings: Settings, path: Path) -> Iterable[Problem]:
    """A file with passwords in it is for its owner and group only."""
    text = path.read_text(encoding="utf-8")
    written_out = [
        url
        for secret in (
            *(target.url for target in settings.notify.targets.values()),
            *settings.letters.channels.values(),
            settings.letters.smtp,
            *([settings.contacts.sql.url] if settings.contacts.sql else []),
        )
        if "@" in (url := secret.get_secret_value())
    ]
    readable = stat.S_IMODE(path.stat().st_mode) & stat.S_IROTH
    if readable and any(url in text for url in written_out):
        yield Problem(
            file=str(path),
            what="anybody on this machine can read the file, and it holds secrets (notify.targets, letters, contacts)",
            fix=f"chmod 640 {path}, or take the secrets from the environment: ${{NAME}}",
        )


def _state(settings: Settings) -> Iterable[Problem]:
    folder = settings.state
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Problem(
            where=("state",),
            what=f"the state folder {settings.state} cannot be made or written to by this account",
            fix="choose another, or check as the account the service runs under",
        )
    elif settings.state.exists() and stat.S_IMODE(settings.state.stat().st_mode) & 0o007:
        yield Problem(
            where=("state",),
            what=f"anybody can look into the state folder {settings.state}",
            fix=f"chmod 700 {settings.state}",
        )


def _targets(settings: Settings) -> Iterable[Problem]:
    for name, target in settings.notify.targets.items():
        if not understood(target.url.get_secret_value()):
            yield Problem(
                where=("notify", "targets", name, "url"),
                what=f"the URL of the target {name} is of no kind that Apprise knows, or a part of it is missing",
                fix="see the list of services in Apprise's documentation",
            )


def _logo(settings: Settings) -> Iterable[Problem]:
    if settings.organization.logo:
        try:
            read_logo(Path(settings.organization.logo))
        except InputError as error:
            yield from error.problems


def _team(settings: Settings) -> Iterable[Problem]:
    """Somebody must be reachable, and every rung of the ladder must reach somebody."""
    if not settings.team.people:
        yield Problem(
            where=("team",), what="nobody is in the team: nobody would be paged", fix="name people, targets and roles"
        )
        return
    for gap in ladder_gaps(settings, SystemClock().now()):
        yield Problem(
            where=("team", "roles", gap.role),
            what=f"nobody can be reached as {gap.role}",
            fix="give the role to somebody under team.roles",
        )
