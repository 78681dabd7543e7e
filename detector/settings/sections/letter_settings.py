"""How the clients of a case are told: where their contacts are, and what sends letters to them."""

import re
from typing import Final, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from detector.settings.types import Span, Strict

ADDRESS: Final = "{address}"
_MAIL: Final = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_SCHEMES: Final = ("smtp", "smtps", "smtp+starttls")
_IMAP: Final = ("imap", "imaps", "imap+starttls")
_HERE: Final = ("127.0.0.1", "::1", "localhost")
_OWN_CHANNELS: Final = ("mail", "post")


class ContactQuery(Strict):
    """Contacts in a database of the company."""

    url: SecretStr = Field(description="SQLAlchemy URL (`postgresql+psycopg://…`, `sqlite:////…`); nothing is written.")
    query: str = Field(min_length=1, description="SELECT whose columns are called as those of the CSV file, id first.")


class ContactSettings(Strict):
    """How clients are reached: one of the three."""

    csv: str = Field(
        default="",
        description=(
            "CSV with a row a way to reach a client, the first of a client's tried first. The first line names the "
            "columns; the first column holds the client's id as the log has it, `tenant` is put before it. `channel` "
            "(`mail`, `post`, or one of `letters.channels`) and `address` are needed; `name`, `language`, `country`, "
            "`minor` (yes or no) and `represented_by` (the id of whoever is written to instead) may be there. Where "
            "`records.residence` names no file, `country` tells where clients live."
        ),
    )
    sql: ContactQuery | None = Field(default=None, description="The same table from a database.")
    command: tuple[str, ...] = Field(
        default=(), description="The same table as CSV from the output of a program: its path and arguments, no shell."
    )
    timeout: Span = Field(
        default="60s", validate_default=True, description="How long the database or the program may take."
    )

    @property
    def named(self) -> bool:
        """Whether one of the three is named."""
        return bool(self.csv or self.sql or self.command)

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if sum(map(bool, (self.csv, self.sql, self.command))) > 1:
            raise ValueError("name one of csv, sql and command")
        return self


class LetterOffer(Strict):
    """What clients are offered, with a code for each."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", description="Short name.")
    title: str = Field(description="What it is and how the code is used, in English.")
    title_ru: str = Field(default="", description="The same in Russian; empty: as in English.")
    codes: str = Field(description="File of codes, one a line. A code goes to one client, for ever.")
    classes: tuple[str, ...] = Field(
        default=(), description="Only for clients whose data of these classes was concerned; empty: for all."
    )


class BounceBox(Strict):
    """The mailbox that letters come back to."""

    imap: str = Field(
        default="",
        description=(
            "`imaps://account@host/FOLDER` or `imap+starttls://account@host/FOLDER`; on this machine `imap://`, too. "
            "It is looked at, never changed. Empty: what came back is read from a file, or pasted."
        ),
    )
    password_file: str = Field(
        default="", description="File that holds the password, read each time; others on the machine must not read it."
    )
    every: Span = Field(
        default="15m",
        validate_default=True,
        description=(
            "So often the service looks into it while letters are being sent, and for 14 days after the last one went; "
            "`0s`: only when somebody presses."
        ),
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        try:
            parts = urlsplit(self.imap)
            good = parts.scheme in _IMAP and bool(parts.hostname) and bool(parts.username) and parts.port != 0
            good = good and not parts.password and (parts.scheme != "imap" or parts.hostname in _HERE)
        except ValueError:
            good = False
        if self.imap and not good:
            raise ValueError("write imaps://account@host/FOLDER, without a password")
        if self.imap and not self.password_file:
            raise ValueError("password_file names no file with the password of the mailbox")
        return self


class LetterSettings(Strict):
    """Letters to clients."""

    smtp: SecretStr = Field(
        default=SecretStr(""),
        description=(
            "Mail server: `smtp://host:25`, `smtp+starttls://account:password@host:587` or "
            "`smtps://account:password@host:465`; empty: no mail is sent."
        ),
    )
    sender: str = Field(default="", description="Mail address that letters come from; bounces go there, too.")
    bounces: BounceBox = Field(default_factory=BounceBox, description="The mailbox that letters come back to.")
    reply_to: str = Field(default="", description="Mail address that answers go to; empty: the sender's.")
    hotline: str = Field(
        default="", description="Whom clients can ask, as it stands in letters: telephone and hours, a page."
    )
    hotline_ru: str = Field(default="", description="The same in letters in Russian; empty: as in all others.")
    channels: dict[str, SecretStr] = Field(
        default_factory=dict,
        description=(
            "Other channels by name, each an Apprise URL in which `{address}` stands for the client's address: "
            "`sms: 'sinch://SPI:TOKEN@15551230000/{address}'`."
        ),
    )
    rate: float = Field(default=5, gt=0, le=1000, description="Letters a second at most, of all cases together.")
    templates: str = Field(
        default="",
        description="Folder with texts of your own: `en/letter-first.txt` there is used instead of the shipped one.",
    )
    offers: tuple[LetterOffer, ...] = Field(default=(), description="What clients are offered.")
    help_contacts: dict[str, str] = Field(
        default_factory=dict,
        description=(
            "Agencies and credit bureaus that letters name, as you have found them, by their names in "
            "`config/letters/help-contacts.yml`: `ftc: 'Federal Trade Commission, identitytheft.gov'`. What ships is "
            "marked there by how sure we are of it, and plans of letters say what nobody has checked."
        ),
    )

    @field_validator("smtp")
    @classmethod
    def _server(cls, value: SecretStr) -> SecretStr:
        given = value.get_secret_value()
        if not given:
            return value
        try:
            parts = urlsplit(given)
            good = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
        except ValueError:
            good = False
        if not good:
            raise ValueError("write smtp://host:25, smtp+starttls://account:password@host:587 or smtps://…")
        return value

    @field_validator("sender", "reply_to")
    @classmethod
    def _mail_address(cls, value: str) -> str:
        if value and not _MAIL.fullmatch(value):
            raise ValueError("write a mail address alone: help@example.org")
        return value

    @field_validator("channels")
    @classmethod
    def _with_address(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name, url in value.items():
            if name in _OWN_CHANNELS or not re.fullmatch(r"[a-z][a-z0-9-]*", name):
                raise ValueError(f"{name!r} cannot be a channel's name: small letters, and neither mail nor post")
            if ADDRESS not in url.get_secret_value():
                raise ValueError(f"the URL of {name!r} does not say where the client's address stands: {ADDRESS}")
        return value
