"""The door to Apprise: bring one text to one target, and say in a closed list of codes what came of it.

Comes in: an Apprise URL, a text, how long it may take. Goes out: an ``DeliveryOutcome``. An Apprise URL holds secrets
and Apprise's own error texts repeat parts of it; so nothing of either leaves this module: a failure is told as a code
(``timeout``, ``http-503``), which ``detector.notify.render.error_text`` puts into words.
"""

import json
import logging
import re
import threading
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

from detector.clock import monotonic
from detector.notify.telegram.bot_api import OFFICIAL, BotApi, BotError
from detector.schema.levels import Severity
from detector.schema.team.delivery import MessageFile

# Apprise writes URLs into its log, and causes only at the level DEBUG: all entries are read here and go no further.
_LOG = logging.getLogger("apprise")
_LOG.setLevel(logging.DEBUG)
_LOG.propagate = False
_LOG.addHandler(logging.NullHandler())

_HTTP = re.compile(r"error=(\d{3})\d{0,3}\b")
_SMTP = re.compile(r"\((\d{3}), b['\"]")
_SIGNS = (
    ("timeout", re.compile(r"timed? ?out", re.I)),
    ("name", re.compile(r"Name or service not known|name resolution|nodename nor servname|No address assoc", re.I)),
    ("tls", re.compile(r"certificate|SSL|TLS", re.I)),
    ("connect", re.compile(r"refused|unreachable|reset by peer|closed|aborted|Connection error|RemoteDisco", re.I)),
)
# Answers that another try will not change: the request itself is refused, not the moment.
_FINAL_HTTP = frozenset({400, 401, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422})
_KINDS = {
    "": "INFO",
    Severity.LOW.value: "INFO",
    Severity.MEDIUM.value: "WARNING",
    Severity.HIGH.value: "FAILURE",
    Severity.CRITICAL.value: "FAILURE",
}

_TELEGRAM: Final = "tgram"
_PRIORITIES = {
    Severity.LOW.value: "low",
    Severity.MEDIUM.value: "default",
    Severity.HIGH.value: "high",
    Severity.CRITICAL.value: "max",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOutcome:
    """What came of one try.

    Attributes:
        ok: The service took the message.
        seconds: How long the try took.
        error: Code from a closed list, empty when ok; holds no secret.
        final: Another try at the same target will not help.
    """

    ok: bool
    seconds: float
    error: str = ""
    final: bool = False


_LOADING = threading.Lock()


def load() -> Any:
    """Load Apprise and its plug-ins, once; it takes half a second: before the first page, not during it."""
    with _LOADING:
        return _apprise()


@cache
def _apprise() -> Any:
    import apprise  # noqa: PLC0415 - a tenth of a second, and 30 modules of networking, that only sending needs
    from apprise.manager_plugins import NotificationManager  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # a plug-in imports a module that Python 3.13 removes
        plugins: Any = NotificationManager
        plugins().load_modules()
    return apprise


def understood(url: str) -> bool:
    """Tell whether Apprise knows the URL's service and its parts; connects to nothing."""
    return _service(url, 1.0) is not None


class ChatTarget(NamedTuple):
    """Where a ``tgram://`` URL leads.

    Attributes:
        api: The bot, at which server.
        chats: Chats, each with a topic or none. quiet: no phone rings.
    """

    api: BotApi
    chats: tuple[tuple[int | str, int | None], ...]
    quiet: bool


def is_chat(url: str) -> bool:
    """Tell whether a URL is one of Telegram's."""
    return url.partition("://")[0].lower() == _TELEGRAM


def chat_target(url: str) -> ChatTarget | None:
    """Return where a Telegram URL leads; None: it is another service's, is not understood, or names no chat."""
    service = _service(url, 1.0) if is_chat(url) else None
    if service is None or not service.targets:
        return None
    return ChatTarget(BotApi(service.bot_token, _api_of(url)), tuple(service.targets), bool(service.silent))


def _api_of(url: str) -> str:
    """Return the server of the Bot API that a Telegram URL names: ``?api=``, for one of your own."""
    named = dict(parse_qsl(url.partition("?")[2])).get("api", "")
    return named.rstrip("/") or OFFICIAL


def _with_buttons(chat: ChatTarget, text: str, buttons: Sequence[tuple[str, str]], timeout: float) -> DeliveryOutcome:
    """Send a page with buttons to Telegram, which Apprise cannot."""
    began = monotonic()
    try:
        for where, topic in chat.chats:
            chat.api.send(where, topic, text, tuple(buttons), quiet=chat.quiet, timeout=timeout)
    except BotError as error:
        status = error.code.removeprefix("http-")
        final = status.isdigit() and int(status) in _FINAL_HTTP
        code = error.code if error.code != "answer" else "other"
        return DeliveryOutcome(ok=False, seconds=monotonic() - began, error=code, final=final)
    return DeliveryOutcome(ok=True, seconds=monotonic() - began)


def deliver(
    url: str,
    title: str,
    body: str,
    *,
    severity: str,
    timeout: float,
    link: str = "",
    urgent: bool = True,
    buttons: Sequence[tuple[str, str]] = (),
    files: Sequence[MessageFile] = (),
) -> DeliveryOutcome:
    """Bring the text to the target at ``url``, waiting in each exchange at most ``timeout`` seconds.

    A server that answers drop by drop can take longer in total: the caller bounds the whole.

    Args:
        url: The target.
        title: Short.
        body: Plain text.
        severity: Of the incident; empty for a trial.
        timeout: Seconds.
        link: What a touch of the message opens, where the service can do that.
        urgent: It asks somebody to act: a phone rings as the severity deserves. A note never does.
        buttons: Words of buttons below it, each with the address of a POST or what a chat sends back, where the service
            can do that.
        files: Go out with it, where the service takes files.
    """
    if buttons and (chat := chat_target(url)) is not None:
        return _with_buttons(chat, f"{title}\n\n{body}", buttons, timeout)
    began = monotonic()
    service = _service(_pushed(url, severity if urgent else "", link, buttons), timeout)
    if service is None:
        return DeliveryOutcome(ok=False, seconds=monotonic() - began, error="url", final=True)
    apprise = load()
    sender = apprise.Apprise(asset=service.asset)
    sender.add(service)
    result = sender.notify(
        body=body,
        attach=_attached(files) if files and service.attachment_support else None,
        title=title,
        notify_type=apprise.NotifyType[_KINDS.get(severity, "WARNING")],
        body_format=apprise.NotifyFormat.TEXT,
        interpret_escapes=False,
        log_level=logging.DEBUG,
    )
    seconds = monotonic() - began
    if result:
        return DeliveryOutcome(ok=True, seconds=seconds)
    code, final = _cause([entry.message for entry in result.logs()])
    return DeliveryOutcome(ok=False, seconds=seconds, error=code, final=final)


def _attached(files: Sequence[MessageFile]) -> Any:
    """Return files as Apprise takes them, from memory."""
    from apprise.attachment import memory  # noqa: PLC0415 - loaded with Apprise

    held: Any = memory.AttachMemory
    attachments = load().AppriseAttachment()
    for each in files:
        attachments.add(held(content=each.body, name=each.name, mimetype=each.media_type))
    return attachments


def _pushed(url: str, severity: str, link: str, buttons: Sequence[tuple[str, str]] = ()) -> str:
    """Return the URL of an ntfy topic with priority, link and buttons, but those the operator has set; others as is.

    The parameters are those of Apprise's ntfy service: ``priority``, ``click`` and ``actions``. The last is a header of
    ntfy's; as JSON it stays ASCII whatever the language of the words.
    """
    if url.partition("://")[0].lower() not in ("ntfy", "ntfys"):
        return url
    address, _, query = url.partition("?")
    given = {key.lower() for key, _ in parse_qsl(query, keep_blank_values=True)}
    actions = [
        {"action": "http", "label": words, "url": address, "method": "POST", "clear": True}
        for words, address in buttons
    ]
    added = {
        "priority": _PRIORITIES.get(severity, ""),
        "click": link,
        "actions": json.dumps(actions) if actions else "",
    }
    # Apprise takes a plus sign for itself.
    more = urlencode({key: value for key, value in added.items() if value and key not in given}, quote_via=quote)
    joined = "&".join(filter(None, (query, more)))
    return f"{address}?{joined}" if joined else url


def _service(url: str, timeout: float) -> Any:
    """Return the service behind the URL, None when Apprise knows none."""
    apprise = load()
    asset = apprise.AppriseAsset(
        app_id="Nabat",
        app_desc="Nabat",
        app_url="",
        image_url_mask="",
        image_path_mask="",
        image_url_logo="",
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        # No limit here: with one, Apprise runs the call in a pool of few threads that all calls of the process share,
        # and hanging targets would use it up. The socket limits below and the sender's own clock bound the call.
        service_timeout=0,
        interpret_emojis=False,
        pgp_autogen=False,
        pem_autogen=False,
    )
    service = apprise.Apprise.instantiate(url, asset=asset)
    if service is None:
        return None
    if is_chat(url):
        service.notify_url = f"{_api_of(url)}/bot"
    service.socket_connect_timeout = min(timeout, service.socket_connect_timeout)
    # Apprise's default (4 s) is replaced by the target's setting; a shorter one in the URL counts.
    default = apprise.NotifyBase.socket_read_timeout
    wanted = service.socket_read_timeout
    service.socket_read_timeout = timeout if wanted == default else min(timeout, wanted)
    return service


def _cause(entries: list[str]) -> tuple[str, bool]:
    """Return the code of a failure and whether it is final, from what Apprise wrote about it."""
    said = "\n".join(entries)
    if found := _HTTP.search(said):
        status = int(found[1])
        return f"http-{status}", status in _FINAL_HTTP
    if found := _SMTP.search(said):
        status = int(found[1])
        return f"smtp-{status}", status >= 500
    for code, sign in _SIGNS:
        if sign.search(said):
            return code, False
    return "other", False
