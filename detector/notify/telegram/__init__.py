"""Telegram's Bot API: pages with buttons, and who pressed them, read by long polling.

Comes in: the URLs of ``tgram://`` targets. Goes out: messages with buttons, presses. Everything else that goes to
Telegram is Apprise's affair. Only calls outwards are made; the token of a bot stands in no log and no error.
"""

from detector.notify.telegram.bot_api import BotApi, BotError
from detector.notify.telegram.press_poller import PressDesk, PressPoller

__all__ = ["BotApi", "BotError", "PressDesk", "PressPoller"]
