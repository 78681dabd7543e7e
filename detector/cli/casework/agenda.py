"""``nabat agenda``: what people owe, whose it is, and when it speaks next."""

import click

from detector.cli.incidents import workplace
from detector.cli.options import config_option, json_option
from detector.cli.output import counted, emit_pretty, moment, say, show, words_of
from detector.incident import rfc3339
from detector.settings import Settings
from detector.web.ports import OwedThing
from detector.web.texts import PageTexts


@click.command(
    epilog="""\b
Examples:
  nabat agenda              everything that is owed, the first due first
  nabat agenda --of dpo     what one role, or one person, owes
  nabat agenda --json
"""
)
@config_option
@json_option
@click.option(
    "--of", "whose", default="", metavar="NAME", help="Only what this person, or a holder of this role, owes."
)
def agenda(config: str | None, as_json: bool, whose: str) -> None:
    """List what people owe in the incidents you may look at: progress after an answer, steps, duties, a second's word.

    And what comes round by the calendar, once it is near (nabat standing list).

    The service reminds of it by itself (notify.remind, notify.lapse, notify.digest); nothing has to be asked for. It
    stands here as the service counted it last: what was done while it does not run is counted when it starts.
    """
    with workplace(config) as (console, settings):
        found = [each for each in console.agenda() if whose in ("", each.owner, *each.item.roles)]
        if as_json:
            emit_pretty([_json(each) for each in found])
            return
        words = words_of(settings)
        for each in found:
            show(_line(each, settings, words))
        say(counted(len(found), "thing") + " owed")


def _line(each: OwedThing, settings: Settings, words: PageTexts) -> str:
    late = "!" if words.late(each.item.due_at) else " "
    following = words.t("cli-agenda-next", time=moment(each.item.next_at, settings)) if each.item.next_at else ""
    what = f"{each.incident.number if each.incident else '-':16} {each.owner or '-':12} {words.owed(each.item)}"
    return f"{late} {moment(each.item.due_at, settings):24} {what}  {following}".rstrip()


def _json(each: OwedThing) -> dict[str, object]:
    item = each.item
    return {
        "incident": each.incident.number if each.incident else None,
        "kind": item.kind.value,
        "what": item.what,
        "title": {"en": item.title, "ru": item.title_ru},
        "roles": list(item.roles),
        "not_by": list(item.not_by),
        "owner": each.owner,
        "due_at": rfc3339(item.due_at),
        "reminders": item.level,
        "next_at": rfc3339(item.next_at) if item.next_at else None,
    }
