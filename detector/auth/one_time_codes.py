"""One-time codes (TOTP, RFC 6238) and the recovery codes beside them.

Comes in: a seed, what somebody typed, the time. Goes out: whether it fits and what is used up by it. A code is good for
its half minute and the ones beside it, and once.
"""

import base64
import secrets
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from hmac import new as keyed
from typing import Final

import pyotp

from detector.schema.team.people import PersonSecret

_STEP: Final = 30
_BESIDE: Final = (0, -1, 1)
_RECOVERY: Final = 8


def new_seed() -> str:
    """Return a new seed."""
    return pyotp.random_base32()


def seed_of(key: bytes, text: str) -> str:
    """Return the seed that belongs to a text under a key: of a page that is shown again it is the same."""
    return base64.b32encode(keyed(key, b"nabat.codes.1" + text.encode(), "sha256").digest()[:20]).decode()


def address_of(seed: str, name: str, issuer: str) -> str:
    """Return the ``otpauth:`` address by which an app takes up a seed."""
    return pyotp.TOTP(seed).provisioning_uri(name=name, issuer_name=issuer)


def current_code(seed: str, now: datetime) -> str:
    """Return the code that is good now."""
    return pyotp.TOTP(seed).at(now)


def step_of(seed: str, code: str, now: datetime) -> int:
    """Return the time step that a code is of, of now or beside it; 0: of none."""
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdigit()):
        return 0
    step = int(now.timestamp()) // _STEP
    totp = pyotp.TOTP(seed)
    return next((step + by for by in _BESIDE if compare_digest(totp.generate_otp(step + by), typed)), 0)


def recovery_codes() -> tuple[str, ...]:
    """Return new recovery codes, to be shown once."""
    return tuple(f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _ in range(_RECOVERY))


def recovery_hash(code: str) -> str:
    """Return what is kept of a recovery code: 48 random bits need no slow hash."""
    return sha256("".join(code.split()).lower().encode()).hexdigest()


def use_code(secret: PersonSecret, code: str, now: datetime) -> PersonSecret | None:
    """Return the secret with a code used up; None: the code does not fit, or was used before."""
    step = step_of(secret.code_seed, code, now)
    if step > secret.code_step:
        return replace(secret, code_step=step)
    spent = recovery_hash(code)
    if spent in secret.recovery:
        return replace(secret, recovery=tuple(each for each in secret.recovery if each != spent))
    return None
