"""Buttons under pages in Telegram: whose word a press is, that it counts once over restarts, what is told to whom."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from detector.errors import StoreError
from detector.notify import ButtonAct
from detector.notify.delivery.apprise_target import deliver
from detector.notify.delivery.sender import OutboxSender
from detector.notify.telegram import BotApi, PressPoller
from detector.runtime.incidents.telegram_presses import TelegramPresses, bots_of
from detector.runtime.visibility.blind_spots import Blind, BlindSpot
from detector.schema.case.incidents import Incident
from detector.schema.team.delivery import Message, MessageKind
from detector.telemetry.metrics import Metrics
from tests.fakes.bot_api import TOKEN, FakeBotApi, running_bot_api
from tests.fakes.people import me
from tests.receivers import until
from tests.web.conftest import PLAYBOOKS, World

ACK, PASS = ButtonAct.ACKNOWLEDGE, ButtonAct.HAND_OVER
ANNA, BORIS, OLGA, STRANGER = 11, 12, 13, 66


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with running_bot_api() as found:
        yield found


@pytest.fixture
def chat(make_world: Callable[..., World], api: FakeBotApi) -> "Chat":
    users = {"anna": ANNA, "boris": BORIS, "olga": OLGA}
    return Chat(make_world(notify={"targets": {"desk": {"url": api.target()}}, "telegram_users": users}), api)


class Chat:
    """A service whose pages go to a group in Telegram."""

    def __init__(self, world: World, api: FakeBotApi) -> None:
        self.world, self.api = world, api
        self.restart()

    def restart(self) -> None:
        self.presses = TelegramPresses(self.world.console, self.world.settings, Metrics())
        self.poller = PressPoller(BotApi(TOKEN, self.api.url), self.presses, wait=0)

    def page(self, incident: Incident) -> Message:
        found = [each for each in self.world.detail(incident.id).messages if each.kind is MessageKind.PAGE]
        return max(found, key=lambda each: each.created_at)

    def press(self, user: int, page: Message, act: ButtonAct) -> str:
        """Let somebody press, read it, and return what they are told."""
        self.api.press(user, dict(self.world.links.callbacks(page))[act])
        assert self.poller.poll() == 0
        return self.api.told[-1]


def test_a_page_carries_its_buttons_to_the_group_and_nothing_else_does(chat: Chat) -> None:
    world, incident = chat.world, chat.world.found()
    sender = OutboxSender(world.store, world.settings, world.clock, Metrics(), links=world.links)
    sender.run_once(world.clock.now())
    (sent,) = chat.api.sent
    page = chat.page(incident)
    (row,) = sent["reply_markup"]["inline_keyboard"]
    assert [(each["text"], each["callback_data"]) for each in row] == [
        ("I have it", f"acknowledge:{page.id}"),
        ("Hand over", f"hand_over:{page.id}"),
    ]
    assert all(len(each["callback_data"]) <= 64 for each in row)
    assert (sent["chat_id"], "parse_mode" in sent) == (-100777, False)
    assert page.title in sent["text"]
    assert "1240" not in str(row)


def test_a_press_is_the_word_of_whoever_pressed_and_counts_once_over_a_restart(chat: Chat) -> None:
    incident = chat.world.found()
    page = chat.page(incident)
    assert page.person == "anna"
    assert chat.press(BORIS, page, ACK) == f"You have incident {incident.number}."
    assert chat.world.detail(incident.id).incident.acknowledged_by == "boris"
    read = list(chat.api.updates)
    chat.restart()
    assert (chat.poller.poll(), len(chat.api.told)) == (1, 1), "it was read before"
    chat.presses.read_until("123456789", 0)
    chat.api.updates = read  # killed between the act and the keeping of the place
    before = chat.world.state()
    chat.poller.poll()
    assert chat.world.state() == before
    assert "was used" in chat.api.told[-1]
    assert chat.press(ANNA, page, ACK) == f"boris has incident {incident.number}."
    assert chat.press(BORIS, page, PASS) == f"anna has incident {incident.number} now, and is told."


def test_a_stranger_and_whom_the_case_is_about_are_refused_and_read_nothing_of_it(chat: Chat) -> None:
    incident = chat.world.found()
    page, before = chat.page(incident), chat.world.state()
    told = chat.press(STRANGER, page, ACK)
    assert "Your Telegram id is 66" in told
    hers = chat.press(OLGA, page, ACK)
    assert chat.press(OLGA, page, PASS) == hers
    nothing = Message(**{name: getattr(page, name) for name in Message.__dataclass_fields__} | {"id": "f" * 32})
    assert chat.press(OLGA, nothing, ACK) == hers == chat.press(ANNA, nothing, ACK)
    assert chat.world.state() == before
    assert incident.number not in told + hers
    for data in ("", "acknowledge:", "close:" + page.id, "x" * 200):
        chat.api.press(ANNA, data)
        chat.poller.poll()
        assert chat.api.told[-1] == hers
    chat.api.updates.append({"update_id": chat.api.number + 1, "message": {"text": "hello"}})
    assert chat.poller.poll() == 0


def test_an_older_page_answers_for_nothing_it_did_not_say_and_none_is_good_for_ever(chat: Chat) -> None:
    world, incident = chat.world, chat.world.found()
    page = chat.page(incident)
    assert chat.press(ANNA, page, PASS) == f"The next ones are called about incident {incident.number}."
    world.console.acknowledge(incident.number, by=me("boris"), via="cli")
    world.clock.advance(timedelta(minutes=1))
    until_then = world.clock.now() + timedelta(minutes=5)
    world.console.snooze(incident.number, by=me("boris"), until=until_then, reason="the branch opens at seven")
    world.clock.advance(timedelta(minutes=6))
    assert "More is known" in chat.press(ANNA, page, ACK)
    world.clock.advance(timedelta(days=8))
    assert "too old" in chat.press(ANNA, page, ACK)


def test_what_cannot_be_read_is_tried_again_ever_more_slowly_and_is_a_blind_spot(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.api.webhook = True
    assert [chat.poller.poll() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert chat.poller.problem == "http-409"
    chat.api.webhook = False
    assert (chat.poller.poll(), chat.poller.problem) == (1, ""), "nobody pressed"
    wrong = PressPoller(BotApi("123456789:wrong", chat.api.url), chat.presses, wait=0)
    wrong.poll()
    gone = PressPoller(BotApi(TOKEN, "http://127.0.0.1:9"), chat.presses, wait=0)
    gone.poll()
    assert (wrong.problem, gone.problem) == ("http-401", "connect")
    spot = BlindSpot(kind=Blind.BUTTON, name="123456789", why="press-conflict", passing=True)
    assert "another program reads the same bot" in str(spot)
    # The database cannot be written: the press waits, and is done once it can.
    page = chat.page(chat.world.found())

    def full(*_: object, **__: object) -> None:
        raise StoreError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(chat.world.console, "press_in_chat", full)
        chat.api.press(ANNA, dict(chat.world.links.callbacks(page))[ACK])
        assert (chat.poller.poll(), chat.poller.problem, chat.api.told) == (1, "other", [])
    assert chat.poller.poll() == 0
    assert chat.api.told[-1].startswith("You have incident")


def test_the_token_stands_in_no_log_and_bots_are_read_only_where_a_press_can_count(
    chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    world = chat.world
    secret = TOKEN.partition(":")[2]
    with caplog.at_level(logging.INFO), capture_logs() as said:
        chat.api.webhook = True
        chat.presses.start()
        until(lambda: chat.presses.problems() == {"123456789": "press-conflict"})
        nobody = world.settings.notify.model_copy(update={"telegram_users": {}})
        chat.presses.reconfigure(world.settings.model_copy(update={"notify": nobody}))
        assert chat.presses.problems() == {}
        away = f"tgram://{TOKEN}/1/?api=http://127.0.0.1:9"
        outcome = deliver(away, "t", "b", severity="high", timeout=1, buttons=[("I have it", "acknowledge:1")])
        assert (outcome.ok, outcome.error) == (False, "connect")
        plain = deliver(chat.api.target(), "t", "b", severity="high", timeout=2)
        assert plain.ok, "what has no buttons goes to the same server by Apprise"
    assert secret not in caplog.text + str(said) + repr(chat.poller.api) + str(outcome)
    assert bots_of(world.settings) == {BotApi(TOKEN, chat.api.url)}
    assert bots_of(world.settings.model_copy(update={"notify": nobody})) == frozenset()


@pytest.mark.parametrize(
    ("users", "said"),
    [({"anna": 1, "boris": 1}, "has the Telegram id of anna"), ({"ann": 1}, "not among team.people")],
)
def test_an_id_belongs_to_one_person_of_the_team(tmp_path: Any, users: dict[str, int], said: str) -> None:
    from detector.settings.loading.load_settings import SettingsError, load_settings

    people = "{name: anna, targets: [d]}, {name: boris, targets: [d]}"
    text = f"team: {{people: [{people}]}}\nnotify: {{targets: {{d: {{url: 'json://127.0.0.1:9/'}}}}, telegram_users: "
    (tmp_path / "nabat.yml").write_text(text + str(users).replace("'", "") + "}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        load_settings(tmp_path / "nabat.yml", {})


def test_who_left_the_team_opens_and_presses_nothing_any_more(chat: Chat) -> None:
    world, incident = chat.world, chat.world.found()
    page, browser = chat.page(incident), chat.world.browser("anna")
    link, button = f"/ack/{world.token(incident)}", dict(world.links.buttons(page))[ACK].rpartition("/")[2]
    assert browser.get("/incidents").status_code == 200
    team = world.settings.team
    left = team.model_copy(
        update={
            "people": tuple(each for each in team.people if each.name != "anna"),
            "roles": {**team.roles, "soc": ("boris",)},
        }
    )
    world.settings = world.settings.model_copy(update={"team": left})
    world.console.reconfigure(world.settings, PLAYBOOKS, world.regulations, world.links)
    world.people.reconfigure(world.settings)
    before = world.state()
    opened = world.browser("").get(link)
    assert opened.status_code == 400
    assert incident.code_name not in opened.text
    assert "boris" not in opened.text
    assert world.browser("").post(f"/press/{button}").status_code in (400, 403)
    assert browser.get("/incidents").status_code == 303, "signed out"
    chat.press(ANNA, page, ACK)
    assert incident.number not in chat.api.told[-1]
    assert world.state() == before
