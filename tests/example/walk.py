"""One leak from its first line to the closed case, and what was made of it.

Comes in: a service, its mail server, what people say. Goes out: a folder. The service is the real one; its clock and
people are moved by hand. What is written is what each part wrote: nothing is touched up here.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from detector.rendering import RichText, TextFormat, write_text
from detector.runtime.incidents.notices.notice_desk import NoticeDesk
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.incidents import CloseReason, StepStatus
from detector.schema.letters.mailings import WITHOUT, LetterState, MailingKind
from tests.example import company
from tests.fakes.people import me
from tests.receivers import Mails
from tests.runtime.places import answer
from tests.scenarios.story import Story

NIGHT: Final = datetime(2026, 3, 3, 23, 41, tzinfo=UTC)
BEFORE: Final = 4
"""So many days the office works before."""
_ENDINGS: Final = {TextFormat.MARKDOWN: "md", TextFormat.HTML: "html", TextFormat.DOCX: "docx", TextFormat.PDF: "pdf"}
_PLAIN: Final = {TextFormat.MARKDOWN: "md"}
_SAME_VOICE: Final = ("staff", "press", "site", "executive", "briefing")
"""What others are told, from the same facts."""
_FORMS: Final = ("police", "insurer")
"""Besides a notice for each duty."""
_ALL_FORMATS: Final = {"gdpr-72h.2", "ru-24h"}
_MORNING: Final = (
    ("00:30", "called", ("B1", "B2")),
    ("01:30", "laws", ("B3",)),
    ("03:45", "changed", ("C3", "S1")),
    ("05:30", "ordered", ("I1",)),
    ("05:50", "known_not", ("S3", "S4", "C4")),
    ("08:30", "decided", ("S2", "S6", "N7")),
)
"""What the team does in these hours: when (UTC), what it says of it, which steps."""
_WORDS: Final = {
    "en": {
        "blocked": "the account k.ivanov was blocked at 03:04, its sessions ended",
        "source": "the CRM's log",
        "known": "seen in the log, and confirmed with the employee on the telephone",
        "seen": "no complaint, and nothing published by 03:00",
        "called": "four people on the closed channel, lev leads",
        "laws": "people in Russia and Finland: both laws bind us",
        "changed": "password and keys of k.ivanov replaced; 180 clients counted from the log",
        "ordered": "order 31 of 4 March 2026",
        "known_not": "nothing is missing in the log of these hours",
        "decided": "authorities and clients are told: passports are concerned",
        "ours": "we process this data for ourselves alone",
        "told": "sent, receipts 2026-03/118 to 126",
        "done": "seen to by the evening of 4 March",
        "told otherwise": "by telephone, the hotline, 4 March",
        "closed": "all duties fulfilled, letters sent, review on 11 March",
        "to": "the authority's portal",
        "police": "handed in at the station",
        "insurer": "the insurer, by e-mail",
        "gdpr-register": "filed in our register",
        "ru-unlawful": "to those who asked, by e-mail",
    },
    "ru": {
        "blocked": "учётная запись k.ivanov заблокирована в 03:04, сеансы завершены",
        "source": "журнал CRM",
        "known": "видно по журналу и подтверждено сотрудником по телефону",
        "seen": "к трём часам ни жалоб, ни публикаций",
        "called": "четверо на закрытом канале, ведёт lev",
        "laws": "люди в России и Финляндии: действуют оба закона",
        "changed": "пароль и ключи k.ivanov заменены; по журналу посчитаны 180 клиентов",
        "ordered": "приказ № 31 от 04.03.2026",
        "known_not": "в журнале за эти часы пропусков нет",
        "decided": "сообщаем ведомствам и клиентам: затронуты паспорта",
        "ours": "эти данные мы обрабатываем только для себя",
        "told": "отправлено, квитанции с 2026-03/118 по 126",
        "done": "сделано к вечеру 4 марта",
        "told otherwise": "по телефону, горячая линия, 4 марта",
        "closed": "обязанности исполнены, письма отправлены, разбор 11 марта",
        "to": "портал ведомства",
        "police": "подано в отдел",
        "insurer": "страховщику, по электронной почте",
        "gdpr-register": "внесено в наш реестр",
        "ru-unlawful": "обратившимся, по электронной почте",
    },
}
_ANSWERS: Final = {
    "en": {
        "data_actuality_period": "as of 4 March 2026",
        "culprit_third_party": "not known; whoever used the employee's password",
        "culprit_location": "not known",
        "data_destroyed": "nothing has to be destroyed: the data is kept lawfully by us",
        "decision_and_reason": "notify: passports are concerned, and whoever has them is not known",
        "damage": "not known yet: no client has reported abuse, no costs beside our own work",
        "policy_number": "EX-2026-0417",
        "next_word": "on 6 March at 12:00, or as soon as we know more",
        "costs_so_far": "40 hours of our own people; a forensic service is asked for an offer",
    },
    "ru": {
        "data_actuality_period": "на 4 марта 2026 г.",
        "culprit_third_party": "не установлено; воспользовался паролем сотрудника",
        "culprit_location": "не установлено",
        "data_destroyed": "уничтожать нечего: у нас данные хранятся законно",
        "decision_and_reason": "уведомляем: затронуты паспорта, у кого они, неизвестно",
        "damage": "пока не известно: о злоупотреблениях никто не сообщал, расходов, кроме своей работы, нет",
        "policy_number": "EX-2026-0417",
        "next_word": "6 марта в 12:00 или как только узнаем больше",
        "costs_so_far": "40 часов наших сотрудников; у экспертов запрошено предложение",
    },
}
"""What only people know of each notice."""
WORDS: Final = {language: _WORDS[language] | _ANSWERS[language] for language in _WORDS}
"""Both."""


class Walk:
    """One leak, and the folder of what is made of it.

    Args:
        story: The service, and the hands of its people.
        mails: Where letters arrive.
        language: Of the company.
        out: The folder.
        office: The lines of a day before.
        leak: The lines of the night.
        said: What people say of what they do, by the names of ``_WORDS``, and of what only they know, by field.
    """

    def __init__(
        self,
        story: Story,
        mails: Mails,
        language: str,
        out: Path,
        *,
        office: Callable[[datetime], str] = company.office_day,
        leak: Callable[[datetime], str] = company.theft,
        said: Mapping[str, str] | None = None,
    ) -> None:
        self._story, self._mails, self._out = story, mails, out
        self._office, self._lines = office, leak
        self._words = WORDS[language] if said is None else said
        self._language = language
        out.mkdir(parents=True)

    def whole(self, *, read_in: str = "") -> None:
        """Walk; ``read_in``: the language that the service speaks at the end."""
        self._office_days()
        self._leak()
        self._contain()
        self._tell_authorities()
        self._tell_others()
        self._write_to_clients()
        self._close()
        self._learn()
        if read_in:
            self._story.edit(language=read_in)
        self._keep_what_commands_say()

    def _write(self, name: str, text: str) -> None:
        path = self._out / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    @property
    def _number(self) -> str:
        return self._story.incident.number

    def _office_days(self) -> None:
        for n in range(BEFORE, 0, -1):
            day = (NIGHT - timedelta(days=n)).replace(hour=0, minute=0)
            if day.weekday() < 5:
                self._story.writes(self._office(day))
            self._story.clock.move_to(day + timedelta(hours=16))
            self._story.turn()
        assert not self._story.cases, "office days open nothing"

    def _leak(self) -> None:
        story = self._story
        for minutes in (40, 20, 0):
            story.clock.move_to(NIGHT - timedelta(minutes=minutes))
            story.turn()
        story.writes(self._lines(NIGHT)).later(minutes=8)
        (page,) = (each for each in story.receivers["anna"].received)
        self._write("01-page.txt", f"{page['title']}\n\n{page['message']}\n")
        story.answers("anna")

    def _contain(self) -> None:
        story, words, console = self._story, self._words, self._story.console
        story.later(minutes=11)
        self._tick("seen", "A3")
        story.later(minutes=5)
        self._tick("blocked", "A4", "A5", "C1", "C2")
        story.later(minutes=3)
        told = {"source": words["source"], "reason": words["known"]}
        console.record_fact(self._number, CaseFactKind.FLOW_STOPPED, "2026-03-04T00:04:00Z", by=me("lev"), **told)
        console.record_fact(self._number, CaseFactKind.T1, "2026-03-04T00:06:00Z", by=me("lev"), **told)
        console.record_fact(self._number, CaseFactKind.CAUSE, "attack", by=me("lev"), **told)
        for at, proof, steps in _MORNING:
            story.at(at)
            self._tick(proof, *steps)
        story.at("09:00")

    def _tick(self, proof: str, *steps: str) -> None:
        """Say of steps that they are done, with a second person's word where one asks for it."""
        story = self._story
        for step in steps:
            story.console.complete(self._number, step, by=me("anna"), proof=self._words[proof])
            if story.step(story.incident, step).status is StepStatus.OPEN:
                story.console.approve(self._number, step, by=me("dina"))

    def _tell_authorities(self) -> None:
        story = self._story
        dina, lev = (story.console.notices(me(name)) for name in ("dina", "lev"))
        documents = {name: story.console.documents(me(name)) for name in ("dina", "lev")}
        duties = [each.stage for each in story.console.detail(self._number).duties if each.counting]
        not_owed = {"owed": False, "by": me("dina"), "reason": self._words["ours"]}
        for name in ("gdpr-processor", "ru-instruction"):
            story.console.decide_duty(self._number, name, **not_owed)
            story.console.approve(self._number, name, by=me("lev"))
        for number, name in enumerate((*duties, *_FORMS), 118):
            story.later(minutes=5)
            self._fill(dina, name)
            filed = dina.draft(self._number, name, self._language)
            documents["lev"].approve(filed.id)
            documents["dina"].sent(filed.id, to=self._words.get(name, self._words["to"]))
            documents["dina"].receipt(filed.id, number=f"2026-03/{number}")
            text = lev.filed_text(lev.one(self._number, name, self._language))
            self._write_formats("notices", name, text, _ENDINGS if name in _ALL_FORMATS else _PLAIN)

        self._tick("told", "N1", "N2", "N21", "N8")

    def _write_formats(self, folder: str, name: str, text: RichText, endings: Mapping[TextFormat, str]) -> None:
        for form, ending in endings.items():
            path = self._out / folder / f"{name}.{ending}"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(write_text(text, form, at=self._story.now))

    def _tell_others(self) -> None:
        desk = self._story.console.notices(me("dina"))
        for name in _SAME_VOICE:
            self._fill(desk, name)
            self._write_formats("others", name, desk.text(desk.one(self._number, name, self._language).made), _PLAIN)
            desk.draft(self._number, name, self._language)

    def _fill(self, desk: NoticeDesk, name: str) -> None:
        for field in desk.one(self._number, name, self._language).made.fields:
            if field.state.value == "missing":
                said = self._words.get(field.id, "")
                assert said, f"somebody has to say of {name}: {field.title}"
                desk.write(self._number, name, field.id, said, reason=self._words["known"])

    def _write_to_clients(self) -> None:
        story = self._story
        letters = {name: story.console.letters(me(name)) for name in ("lev", "anna", "dina")}
        mailing = letters["lev"].plan_and_file(self._number, MailingKind.FIRST)
        for name in ("anna", "dina"):
            letters[name].approve(self._number, MailingKind.FIRST)
        letters["lev"].send(self._number, MailingKind.FIRST, patience=0, progress=lambda _: None)
        _, body = story.console.documents(me("lev")).body(mailing.document_id)
        self._write("letters/plan.md", body.decode())
        without = [state for state, _ in letters["lev"].standing_of(self._number).counts if state in WITHOUT]
        if without:
            words = self._words["told otherwise"]
            letters["lev"].settle_clients(self._number, LetterState.TOLD, states=without, words=words)
        first = self._mails.received[0]
        self._write("letters/first-letter.txt", f"{first['Subject']}\n\n{first.get_content()}")

    def _close(self) -> None:
        story, incident = self._story, self._story.incident
        story.at("Wed 18:00")
        story.works_through(incident, by="lev", approved_by="dina", proof=self._words["done"])
        story.closes("lev", CloseReason.HANDLED, self._words["closed"])

    def _learn(self) -> None:
        review = self._story.console.review(me("lev"))
        review.draft(self._number, self._language)
        self._write_formats("review", "review", review.text(self._number, self._language), _ENDINGS)

    def _keep_what_commands_say(self) -> None:
        for name, words in {
            "02-incident.txt": ("incidents", "show", self._number),
            "03-duties.txt": ("duties", "list", self._number),
            "04-facts.txt": ("incidents", "facts", self._number),
            "05-scope.txt": ("scope", self._number),
            "06-severity.txt": ("severity", "show", self._number),
            "07-register.txt": ("register", self._number),
            "08-times.txt": ("times", self._number),
            "09-costs.txt": ("costs", "show", self._number),
        }.items():
            status, out, said = answer(self._story.config_path, *words)
            assert status == 0, said
            self._write(name, out)
        clients = ("scope", self._number, "--out", str(self._out / "clients.csv"))
        for words in (clients, ("documents", "check", self._number)):
            status, _, said = answer(self._story.config_path, *words)
            assert status == 0, said
