"""Calls of the Bot API, each a POST with JSON; what fails is told as a code without the address: that holds the token.

The contract (core.telegram.org/bots/api): ``POST {api}/bot{token}/{method}`` answers ``{"ok": true, "result": ...}``;
else ``{"ok": false, "error_code": 409, "parameters": {"retry_after": 5}}`` with the same status. ``getUpdates`` waits
up to ``timeout`` seconds for updates from ``offset`` on, which confirms all before it. 409: somebody else reads the
bot, or a webhook is set. ``callback_data`` holds 64 bytes at most; a client may send any: only who pressed is proven.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from detector.errors import NabatError

OFFICIAL: Final = "https://api.telegram.org"
_CONNECT: Final = 10.0
_LONGEST: Final = 4_096


class BotError(NabatError):
    """A call that the Bot API refused, or that did not get through.

    Attributes:
        code: ``http-409``, ``timeout``, ``connect``, ``answer`` (what came back is no answer of the API).
        wait: So many seconds the server asks to wait.
    """

    def __init__(self, code: str, wait: int = 0) -> None:
        super().__init__(code)
        self.code, self.wait = code, wait


@dataclass(frozen=True, slots=True)
class BotApi:
    """The bot of one token.

    Attributes:
        token: Its secret. api: of which server.
    """

    token: str = field(repr=False)
    api: str = OFFICIAL

    @property
    def bot(self) -> str:
        """The bot's public id."""
        return self.token.partition(":")[0]

    def send(
        self,
        chat: int | str,
        topic: int | None,
        text: str,
        buttons: tuple[tuple[str, str], ...],
        *,
        quiet: bool,
        timeout: float,
    ) -> None:
        """Send a plain text to a chat with buttons below it: words and what each sends back.

        Raises:
            BotError: It was not taken.
        """
        said: dict[str, Any] = {
            "chat_id": chat,
            "text": text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…",
            "disable_notification": quiet,
            "link_preview_options": {"is_disabled": True},
            "reply_markup": {"inline_keyboard": [[{"text": words, "callback_data": data} for words, data in buttons]]},
        }
        self._call("sendMessage", said | ({"message_thread_id": topic} if topic else {}), timeout)

    def presses(self, offset: int, wait: int) -> list[dict[str, Any]]:
        """Return what was pressed since, waiting for it; ``offset`` confirms what came before it.

        Raises:
            BotError: It cannot be read.
        """
        said = {"offset": offset, "timeout": wait, "limit": 50, "allowed_updates": ["callback_query"]}
        found = self._call("getUpdates", said, wait + _CONNECT)
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise BotError("answer")
        return found

    def answer(self, press: str, text: str) -> None:
        """Tell whoever pressed what came of it.

        Raises:
            BotError: It was not taken: the press is too old, say.
        """
        self._call(
            "answerCallbackQuery", {"callback_query_id": press, "text": text[:200], "show_alert": True}, _CONNECT
        )

    def _call(self, method: str, said: dict[str, Any], timeout: float) -> Any:
        import requests  # noqa: PLC0415 - commands that send nothing do not load it

        try:
            answer = requests.post(
                f"{self.api}/bot{self.token}/{method}", json=said, timeout=(_CONNECT, timeout), allow_redirects=False
            )
        except requests.Timeout:
            raise BotError("timeout") from None
        except requests.RequestException:
            raise BotError("connect") from None
        try:
            found = answer.json()
            wait = int((found.get("parameters") or {}).get("retry_after", 0))
            done = found["ok"] is True
        except (ValueError, AttributeError, KeyError, TypeError):
            found, wait, done = {}, 0, False
        if answer.status_code != requests.codes.ok:
            raise BotError(f"http-{answer.status_code}", wait)
        if not done:
            raise BotError("answer")
        return found.get("result")
