"""The company of the example: a bank's CRM behind nginx, five people, contacts of its clients.

All of it is made up. Comes in: a folder, a language. Goes out: what is other in a configuration than that of a story.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tests.runtime.places import line

CLIENTS: Final = range(41_000, 41_400)
"""Who has a card in the CRM."""
ABROAD: Final = range(41_120, 41_152)
"""Who of them lives in Finland."""
UNREACHED: Final = 3
"""So many of those that are touched have no contact."""

_TEXTS: Final[dict[str, dict[str, Any]]] = {
    "en": {
        "name": "Northern Example Bank",
        "address": "1 Example Street, 190000 Saint Petersburg",
        "dpo": "Dina Example",
        "position": "data protection officer",
        "press": "Pia Example, press officer",
        "hotline": "Call 8 800 000 00 00 from 8 to 20, or write to privacy@example.org.",
        "first": "Client",
        "told": {
            "eu-gdpr-33/FI": "Office of the Data Protection Ombudsman, Finland",
            "insurer": "Example Insurance",
            "police": "Saint Petersburg police, unit for crimes with computers",
        },
    },
    "ru": {
        "name": "Северный примерный банк",
        "address": "190000, Санкт-Петербург, Примерная улица, 1",
        "dpo": "Примерова Дина Львовна",
        "position": "ответственная за обработку персональных данных",
        "press": "Примерова Пия Павловна, пресс-секретарь",
        "hotline": "Звоните 8 800 000 00 00 с 8 до 20 или пишите на privacy@example.org.",
        "first": "Клиент",
        "told": {
            "eu-gdpr-33/FI": "Управление уполномоченного по защите данных, Финляндия",
            "insurer": "Примерное страхование",
            "police": "Полиция Санкт-Петербурга, подразделение по компьютерным преступлениям",
        },
    },
}


def changes(folder: Path, language: str, mail_port: int) -> dict[str, Any]:
    """Return the settings that make the company of a story."""
    text = _TEXTS[language]
    classes = {
        "contact": {
            "confidentiality": "confidential",
            "title": "name, telephone, address",
            "title_ru": "имя, телефон, адрес",
            "risks": ["phishing"],
        },
        "identity_document": {
            "confidentiality": "special",
            "title": "passport",
            "title_ru": "паспорт",
            "risks": ["document", "identity"],
        },
    }
    routes = [
        {
            "service": "crm",
            "path": f"/crm/clients/{{client_id}}{path}",
            "action": "read",
            "object": "client",
            "classes": classes_of,
            "subject": "{client_id}",
        }
        for path, classes_of in (("", ["contact"]), ("/passport", ["contact", "identity_document"]))
    ]
    return {
        "language": language,
        "timezone": "Europe/Moscow",
        "organization": {
            "name": text["name"],
            "inn": "7800000000",
            "registration": "1020000000000",
            "address": text["address"],
            "email": "privacy@example.org",
            "phone": "+7 812 000-00-00",
            "country": "RU",
            "representative": {"name": "Example Edustus Oy, Helsinki", "email": "eu@example.org"},
            "press": {"name": text["press"], "phone": "+7 812 000-00-02"},
            "dpo": {
                "name": text["dpo"],
                "position": text["position"],
                "phone": "+7 812 000-00-01",
                "email": "dpo@example.org",
            },
        },
        "incident": {"regulations": ["ru-152fz", "eu-gdpr-33"]},
        "legal": {"sectors": [], "recipients": {form: {"name": name} for form, name in text["told"].items()}},
        "records": {"data_classes": classes, "routes": routes},
        "rules": {},
        "contacts": {"csv": str(contacts(folder, text["first"], language))},
        "letters": {
            "smtp": f"smtp://127.0.0.1:{mail_port}",
            "sender": "privacy@example.org",
            "hotline": text["hotline"],
            "rate": 1000,
        },
    }


def contacts(folder: Path, name: str, language: str) -> Path:
    """Write the file of contacts, where some clients have none, and some live abroad."""
    file = folder / "contacts.csv"
    rows = [
        f"{n},{name} {n},mail,client-{n}@example.org,{'fi,FI' if n in ABROAD else f'{language},RU'}"
        for n in CLIENTS
        if n >= CLIENTS[UNREACHED]
    ]
    file.write_text("id,name,channel,address,language,country\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def office_day(day: datetime) -> str:
    """Return the lines of a day on which three people open some cards each, from nine on."""
    lines = []
    for who, name in enumerate(("i.petrov", "o.smirnova", "k.ivanov")):
        for n in range(14):
            at = day + timedelta(hours=6, minutes=31 * n + 7 * who)  # nine in Moscow
            client = CLIENTS[200 + 60 * who + (day.toordinal() * 7 + n * 3) % 60]
            lines.append((at, line(at, client, name, address=f"192.0.2.{10 + who}")))
    return "".join(text for _, text in sorted(lines))


def theft(at: datetime) -> str:
    """Return the lines of the night: an account from an unknown address reads 180 cards and 40 passports."""
    text = ""
    for n in range(180):
        moment = at + timedelta(seconds=2 * n)
        text += line(moment, CLIENTS[n], "k.ivanov", address="203.0.113.77")
        if n % 9 < 2:
            passport = f"{CLIENTS[n]}/passport"
            text += line(moment + timedelta(seconds=1), passport, "k.ivanov", address="203.0.113.77")
    return text
