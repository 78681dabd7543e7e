"""Requests and answers of the pages that are held whole: a body that was received, an answer before it is sent."""

from starlette.types import Message, Receive, Send


def body_again(body: bytes, receive: Receive) -> Receive:
    """Return what gives a body that was received whole, and then what comes after it."""
    whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return whole.pop() if whole else await receive()

    return again


def into(answer: list[Message]) -> Send:
    """Return what keeps an answer instead of sending it."""

    async def send(message: Message) -> None:
        answer.append(message)

    return send
