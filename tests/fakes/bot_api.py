"""A server of Telegram's Bot API on a loopback port, as far as we call it: what it keeps to is written in ``bot_api``.

It has one bot. Updates before the offset asked for are confirmed and gone; who asks while another one waits, or while a
webhook is set, gets 409; another token gets 401.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "123456789:AbCdEfGhIjKlMnOpQrStUvWxYz012345678"


@dataclass
class FakeBotApi:
    port: int = 0
    sent: list[dict[str, Any]] = field(default_factory=list)
    answered: list[dict[str, Any]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    webhook: bool = False
    waits: bool = False
    number: int = 900

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def target(self, token: str = TOKEN) -> str:
        """Return the URL of a target that is this bot's, in a group."""
        return f"tgram://{token}/-100777/?api={self.url}"

    def press(self, user: int, data: str) -> None:
        """Let somebody press a button: what their client sends back need not be what the button held."""
        self.number += 1
        message = {"message_id": 5, "chat": {"id": -100777}}
        query = {"id": f"press{self.number}", "from": {"id": user}, "data": data, "message": message}
        self.updates.append({"update_id": self.number, "callback_query": query})

    @property
    def told(self) -> list[str]:
        """What those who pressed were told, in order."""
        return [each["text"] for each in self.answered]

    def call(self, method: str, said: dict[str, Any]) -> tuple[int, Any]:
        if method == "sendMessage":
            self.sent.append(said)
            return 200, {"message_id": len(self.sent)}
        if method == "answerCallbackQuery":
            self.answered.append(said)
            return 200, True
        assert method == "getUpdates", method
        assert said["allowed_updates"] == ["callback_query"]
        if self.webhook or self.waits:
            return 409, None
        self.offsets.append(said["offset"])
        self.updates = [each for each in self.updates if each["update_id"] >= said["offset"]]
        return 200, self.updates[: said["limit"]]


@contextmanager
def running_bot_api() -> Iterator[FakeBotApi]:
    api = FakeBotApi()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            _, bot, method = self.path.split("/")
            status, result = api.call(method, said) if bot == f"bot{TOKEN}" else (401, None)
            body = {"ok": True, "result": result} if status == 200 else {"ok": False, "error_code": status}
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    api.port = server.server_port
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
