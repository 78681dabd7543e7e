r"""Undo what servers do to quotes, backslashes and control characters in a quoted field.

nginx (escape=default) writes ``\xHH``; Apache writes ``\"``, ``\\``, ``\n``, ``\t`` and the like, and ``\xHH``. Bytes
written as ``\xHH`` are read as UTF-8 where they are that, else each as one character of Latin-1, so that nothing raises
and nothing is lost.
"""

_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


def unescape(text: str) -> str:
    """Return the field as it was sent; an unknown escape stays as it is."""
    if "\\" not in text:
        return text
    out = bytearray()
    pieces = text.split("\\")
    out += pieces[0].encode()
    at = 1
    while at < len(pieces):
        piece = pieces[at]
        if piece:
            out += _one(piece)
        else:  # two backslashes: one is meant, and what follows is plain
            at += 1
            out += b"\\" + (pieces[at].encode() if at < len(pieces) else b"")
        at += 1
    return _text(bytes(out))


def _one(piece: str) -> bytes:
    """Read what follows one backslash."""
    head, rest = piece[0], piece[1:]
    if head == "x" and len(rest) >= 2 and _is_hex(rest[:2]):
        return bytes((int(rest[:2], 16),)) + rest[2:].encode()
    if head in _SIMPLE:
        return (_SIMPLE[head] + rest).encode()
    if head in "\"'":
        return piece.encode()
    return b"\\" + piece.encode()


def _is_hex(text: str) -> bool:
    return all(letter in "0123456789abcdefABCDEF" for letter in text)


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
