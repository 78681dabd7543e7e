"""By which words a text claims something, in English and Russian: patterns, and nothing that decides.

Comes in: nothing. Goes out: one ``ClaimPatterns`` a language. All patterns are for small letters. Quantities and dates
are bounded, so no text takes long to be read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from detector.messages import Language

_NUMBER: Final = r"\d{1,3}(?:[,\u00a0\u202f ]\d{3}){1,4}|\d{1,12}(?:\.\d{1,3})?"
_ZAHL: Final = r"\d{1,3}(?:[.\u00a0\u202f ]\d{3}){1,4}|\d{1,12}(?:,\d{1,3})?"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPatterns:
    """The words of one language.

    Attributes:
        quantity: A number of people or records: groups ``least``, ``bound``, ``from``, ``number``, ``times``, ``to``,
            ``records``.
        living: Behind it: where these people live, in the group ``where``.
        bounds: What a word before a number makes of it: ``least``, ``over``, ``most``, ``under``, ``about``.
        times: What a word behind a number multiplies it by.
        decimal: The sign before fractions; every other one in a number parts thousands.
        aside: Sentences whose numbers count something else.
        risk: Sentences of what may follow and what to do: the data they name is not what is concerned.
        unsure: Sentences that leave open what they speak of.
        ahead: Sentences of what is to come.
        denied: A sentence denies what it speaks of.
        stopped: Speaks of the flow of data as ended. going: as going on.
        suspected: Speaks of the whole as a suspicion.
        told: Speaks of somebody as told. authority / people: whom.
        day: A date in words: groups ``d``, ``m``, ``y``.
        months: Numbers by the beginnings of their names.
        moments: What a date is of, by its topic.
        before: The head of a column that holds what was said earlier.
        touched: Speaks of data as concerned, or not. common: Words of titles that tell no class from another.
        causes: Speaks of the cause, by which.
        labels: Questions that head a column or line, and claim nothing.
    """

    quantity: re.Pattern[str]
    living: re.Pattern[str]
    bounds: Mapping[str, str]
    times: Mapping[str, int]
    decimal: str
    aside: re.Pattern[str]
    risk: re.Pattern[str]
    unsure: re.Pattern[str]
    ahead: re.Pattern[str]
    denied: re.Pattern[str]
    stopped: re.Pattern[str]
    going: re.Pattern[str]
    suspected: re.Pattern[str]
    told: re.Pattern[str]
    authority: re.Pattern[str]
    people: re.Pattern[str]
    day: re.Pattern[str]
    months: Mapping[str, int]
    moments: Mapping[str, re.Pattern[str]]
    before: frozenset[str]
    touched: re.Pattern[str]
    common: frozenset[str]
    causes: Mapping[str, re.Pattern[str]]
    labels: re.Pattern[str]


_BOUNDS_EN: Final = {
    "at least": "least", "no fewer than": "least", "not less than": "least", "no less than": "least",
    "more than": "over", "over": "over", "at most": "most", "up to": "most", "no more than": "most",
    "not more than": "most", "fewer than": "under", "less than": "under", "under": "under", "about": "about",
    "around": "about", "approximately": "about", "roughly": "about", "some": "about", "nearly": "about",
    "almost": "about",
}  # fmt: skip
_BOUNDS_RU: Final = {
    "не менее": "least", "не меньше": "least", "как минимум": "least", "по меньшей мере": "least",
    "минимум": "least", "более": "over", "больше": "over", "свыше": "over", "не более": "most", "не больше": "most",
    "до": "most", "максимум": "most", "менее": "under", "меньше": "under", "около": "about", "примерно": "about",
    "приблизительно": "about", "порядка": "about", "почти": "about",
}  # fmt: skip


def _quantity(number: str, bounds: Mapping[str, str], between: str, to: str, times: str, words: str) -> re.Pattern[str]:
    bound = "|".join(sorted(bounds, key=len, reverse=True))
    return re.compile(
        rf"(?<![\w.,:/-])(?:(?P<bound>{bound})\s+)?(?:{between}\s+(?P<from>{number})\s+(?={to}\s))?(?:{to}\s+)?"
        rf"(?P<number>{number})(?:\s*[-–—]\s*(?P<to>{number}))?(?:\s+(?P<times>{times}))?\s+{words}(?!\w)"
    )


_EN: Final = ClaimPatterns(
    quantity=_quantity(
        _NUMBER,
        _BOUNDS_EN,
        "(?:between|from)",
        "(?:and|to)",
        "thousand|million",
        r"(?:of\s+(?:our|the)\s+)?(?:(?:our|affected|concerned|impacted|individual|different|distinct|registered|former)\s+){0,2}"
        r"(?:people|persons?|individuals?|clients?|customers?|data\s+subjects?|(?P<records>records?|entries))",
    ),
    living=re.compile(
        r"(?: of (?:the )?(?:people|persons|clients))? (?:living|residing|who (?:live|reside)s?)"
        r" (?P<where>in [^.;:()|<>]{2,80})"
    ),
    bounds=_BOUNDS_EN,
    times={"thousand": 1_000, "million": 1_000_000},
    decimal=".",
    aside=re.compile(r"\bannex\b|where (?:they|people) live|\bstaff\b|\bemployees?\b|\bteam\b|\bhotline\b"),
    risk=re.compile(r"\bfraud\b|\bphishing\b|\bblackmail\b|\bmay lead\b|\bwary\b|\bwatch\b|\breissue\b"),
    unsure=re.compile(
        r"\bwhether\b|\bif\b|\bwhy\b|\bnot (?:yet )?(?:known|established|confirmed)\b|\bunknown\b"
        r"|\bbeing (?:established|checked|examined)\b"
    ),
    ahead=re.compile(r"\bwill\b|\bshall\b|\bto be\b|\bplanned\b|\bis owed\b"),
    denied=re.compile(r"\b(?:not|no|never|neither|nor|without|nobody|none)\b|n't\b"),
    stopped=re.compile(
        r"\b(?:was|were|is|are|has|have|been|we)\s+(?:now\s+|since\s+|not\s+(?:yet\s+)?(?:been\s+)?)?"
        r"(?:stopped|cut off|contained)\b"
        r"|\bstopped:|\bcut off on\b"
    ),
    going=re.compile(
        r"\b(?:is|are) (?:still )?(?:going on|continuing)\b|\b(?:leak|flow|access|it) (?:still )?continues\b"
    ),
    suspected=re.compile(r"\bnoticed signs\b|\bsuspected from\b|\bmay have (?:got|been)\b"),
    told=re.compile(
        r"\b(?:was|were|has|have|had)\s+(?:not\s+)?(?:yet\s+)?(?:been\s+)?(?:told|notified|informed)\b"
        r"|\bwe\s+(?:have\s+)?(?:not\s+)?(?:yet\s+)?(?:told|notified|informed|wrote to|written to|reported to)\b"
    ),
    authority=re.compile(r"\b(?:authority|authorities|regulators?|roskomnadzor|supervisor)\b"),
    people=re.compile(r"\b(?:clients?|customers?|people concerned|persons concerned|data subjects)\b"),
    day=re.compile(
        r"\b(?:(?P<d>\d{1,2})(?:[snrt][tdh])?(?: of)? (?P<m>[a-z]{3,9})"
        r"|(?P<m2>[a-z]{3,9}) (?P<d2>\d{1,2})(?:[snrt][tdh])?),? (?P<y>\d{4})\b"
    ),
    months={
        "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
        "dec": 12,
    },
    moments={
        "stopped_at": re.compile(r"\b(?:stopped|cut off|contained|blocked)\b"),
        "noticed_at": re.compile(r"\b(?:noticed|detected|found|discovered)\b"),
        "aware_at": re.compile(r"\baware\b"),
        "first_at": re.compile(
            r"\bfirst (?:known )?(?:act|access|event)\b|\b(?:leak|breach|access|theft|incident) (?:began|started)\b"
        ),
        "last_at": re.compile(r"\blast (?:known )?(?:act|access|event)\b"),
    },
    before=frozenset({"before"}),
    touched=re.compile(
        r"\b(?:concerned|affected|seen|taken|touched|leaked|copied|exposed|accessed|compromised|involved|stolen)\b"
    ),
    common=frozenset({"contact", "copies", "dates", "details", "information", "names", "notes", "numbers", "records"}),
    causes={
        "attack": re.compile(r"\bhackers?\b|\bcyber-?\s?attack|\battack from outside|\bexternal attack"),
        "failure": re.compile(r"\b(?:technical|software|hardware) (?:failure|fault|error|bug)\b|\bmalfunction"),
        "human_error": re.compile(r"\bhuman error\b"),
        "insider": re.compile(r"\binsiders?\b|\bemployee (?:copied|took|stole|sold|misused)\b"),
    },
    labels=re.compile(r"\bhas the access ended\b|\bare the people concerned told\b"),
)  # fmt: skip
_RU: Final = ClaimPatterns(
    quantity=_quantity(
        _ZAHL,
        _BOUNDS_RU,
        "(?:от|с)",
        "(?:до|по)",
        r"тыс(?:\.|яч[аи]?)|млн|миллион(?:а|ов)?",
        r"(?:(?:наших|затронутых|пострадавших|разных|отдельных|зарегистрированных|бывших)\s+){0,2}"
        r"(?:человека?|людей|лиц|клиент(?:а|ов|ам|у)?|субъект(?:а|ов)?|гражданин(?:а)?|граждан"
        r"|(?P<records>запис(?:ь|и|ей)))",
    ),
    living=re.compile(
        r"(?:\s+о (?:людях|клиентах))?,?\s+(?:из )?(?:прожива|жив)(?:ю|у)щ\w{1,3} (?P<where>во? [^.;:()|<>]{2,80})"
    ),
    bounds=_BOUNDS_RU,
    times={"тыс": 1_000, "млн": 1_000_000, "мил": 1_000_000},
    decimal=",",
    aside=re.compile(r"\bприложени[ея]\b|где (?:они )?живут|\bсотрудник|\bработник|\bкоманд|\bгоряч(?:ая|ей) лини"),
    risk=re.compile(r"мошеннич|фишинг|шантаж|\bследите\b|\bнасторож|\bперевыпус"),
    unsure=re.compile(
        r"\bли\b|\bесли\b|\bпочему\b|неизвестно|\bне установлен|устанавлива|проверяе[тм]|выясня|\bне подтвержд"
    ),
    ahead=re.compile(r"\bбуд(?:ет|ут|ем)\b|\bпланируется\b|\bпредстоит\b|\bобязательно ли\b"),
    denied=re.compile(r"\b(?:не|нет|ни|никто|никому|никого|без)\b"),
    stopped=re.compile(
        r"\b(?:прекращ[её]н|остановлен|пресеч[её]н|заблокирован)[аоы]?\b|\bдоступ\b.{0,60}\bзакрыт\b|\bзакрыли доступ\b"
    ),
    going=re.compile(r"\bпродолжается\b|\bдо сих пор (?:идёт|уходят)\b"),
    suspected=re.compile(r"\bпризнаки того\b|\bподозрение по\b|\bмогли (?:получить|изменить)\b"),
    told=re.compile(
        r"\b(?:уведомил[аи]?|сообщил[аи]?|написал[аи]?|проинформировал[аи]?|известил[аи]?|оповестил[аи]?)\b"
        r"|\b(?:уведомл[её]н|проинформирован|извещ[её]н|оповещ[её]н)[аоы]?\b|\bсообщено\b"
    ),
    authority=re.compile(r"\bроскомнадзор|\bрегулятор|\bнадзорн\w+ орган|\bведомств"),
    people=re.compile(r"\bклиент(?:ы|ам|ов|у)\b|\bлюди\b|\bлюдям\b|\bкого это касается\b|\bсубъект(?:ы|ам|ов)\b"),
    day=re.compile(r"\b(?P<d>\d{1,2}) (?P<m>[а-я]{3,8}) (?P<y>\d{4})\b(?: года?\b| г\.)?(?P<m2>)(?P<d2>)"),
    months={
        "янв": 1, "фев": 2, "мар": 3, "апр": 4, "мая": 5, "июн": 6, "июл": 7, "авг": 8, "сен": 9, "окт": 10, "ноя": 11,
        "дек": 12,
    },
    moments={
        "stopped_at": re.compile(r"\b(?:прекращ[её]н|остановлен|пресеч[её]н|заблокирован|закрыт)[аоы]?\b"),
        "noticed_at": re.compile(
            r"\b(?:заметил[аи]?|(?:обнаружи|выяви)л[аи]?|(?:обнаружен|выявлен|зафиксирован)[аоы]?)\b"
        ),
        "aware_at": re.compile(r"\bизвестно с\b"),
        "first_at": re.compile(
            r"\bперв(?:ое|ый) (?:известн\w\w )?(?:действие|обращение|доступ|просмотр|событие)\b"
            r"|\b(?:утечка|доступ|кража|инцидент) нача(?:лась|лся|т)\b"
        ),
        "last_at": re.compile(r"\bпоследнее(?: известное)?(?: действие)?\b"),
    },
    before=frozenset({"было"}),
    touched=re.compile(r"касае|затрон|ут[её]к|попал|скопиров|просмотр|раскрыт|скомпромет|украд|похищ"),
    common=frozenset({"данные", "документов", "записи", "информация", "контактные", "копии", "номера", "сведения"}),
    causes={
        "attack": re.compile(r"\bхакер|\bкибератак|\bатак\w* извне|\bвнешн\w+ атак"),
        "failure": re.compile(r"\bтехническ\w+ (?:сбо|неисправност)|\bсбо[йяе]м? (?:оборудовани|систем|программ)"),
        "human_error": re.compile(r"\bчеловеческ\w+ (?:ошибк|фактор)|\bошибк\w+ сотрудник"),
        "insider": re.compile(r"\bинсайдер|\bлица, имевшего доступ|\bсотрудник\w* (?:украл|скопировал|продал)"),
    },
    labels=re.compile(r"прекращ[её]н ли доступ|сообщено ли тем, кого это касается"),
)  # fmt: skip
PATTERNS: Final[Mapping[Language, ClaimPatterns]] = {"en": _EN, "ru": _RU}
