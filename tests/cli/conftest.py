"""The servers that commands are tried against."""

from tests.receivers import ntfy_server, smtp_server, web_server

__all__ = ["ntfy_server", "smtp_server", "web_server"]
