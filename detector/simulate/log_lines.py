"""How the systems write one line: nginx combined, nginx as JSON, an audit log as JSON or as PostgreSQL's CSV.

Comes in: the fields of one request and the moment it was completed (seconds since 1970). Goes out: the text with its
line end. Nothing is decided here; values are ours and need no escaping except where a caller escaped them.
"""

from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache

DAY = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@cache
def _clock() -> tuple[str, ...]:
    return tuple(f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in range(DAY))


@lru_cache(maxsize=4096)
def _dates(day: int) -> tuple[str, str]:
    date = _EPOCH + timedelta(days=day)
    return f"{date.day:02}/{_MONTHS[date.month - 1]}/{date.year}:", date.strftime("%Y-%m-%dT")


def seconds(moment: datetime) -> float:
    """Return seconds since 1970 of an aware moment."""
    return (moment - _EPOCH).total_seconds()


def moment(when: float) -> datetime:
    """Return the aware moment of seconds since 1970, to the millisecond."""
    return _EPOCH + timedelta(milliseconds=int(when * 1000))


def iso(when: float) -> str:
    """Write a moment as RFC 3339 with milliseconds, as the audit log does."""
    whole = int(when)
    day, second = divmod(whole, DAY)
    return f"{_dates(day)[1]}{_clock()[second]}.{int(when * 1000) % 1000:03}Z"


def combined(
    when: float, ip: str, account: str, request: str, status: int, size: int, referrer: str, agent: str
) -> str:
    """Write one line of nginx's combined format."""
    day, second = divmod(int(when), DAY)
    return (
        f'{ip} - {account} [{_dates(day)[0]}{_clock()[second]} +0000] "{request} HTTP/1.1" {status} {size} '
        f'"{referrer}" "{agent}"\n'
    )


def nginx_json(
    when: float, ip: str, account: str, method: str, uri: str, status: int, size: int, took: float, agent: str,
    *, host: str = "billing.example.org",
) -> str:  # fmt: skip
    """Write one line of nginx's JSON access log."""
    day, second = divmod(int(when), DAY)
    return (
        f'{{"time":"{_dates(day)[1]}{_clock()[second]}+00:00","remote_addr":"{ip}","remote_user":"{account}",'
        f'"request_method":"{method}","request_uri":"{uri}","status":{status},"body_bytes_sent":{size},'
        f'"request_time":{took:.3f},"http_user_agent":"{agent}","http_referer":"","host":"{host}",'
        f'"http_x_forwarded_for":""}}\n'
    )


def audit(
    when: float, account: str, role: str, action: str, what: str, ip: str, session: str, agent: str, status: str,
    *, service: str = "portal",
) -> str:  # fmt: skip
    """Write one line of an application's audit log; ``what`` holds the fields about the object, written as JSON."""
    return (
        f'{{"ts":"{iso(when)}","service":"{service}","user":"{account}","role":"{role}","action":"{action}",{what}'
        f'"ip":"{ip}","session":"{session}","ua":"{agent}","status":"{status}"}}\n'
    )


def postgres_csv(
    when: float, account: str, database: str, pid: int, client: str, session: str, number: int, message: str,
    severity: str, code: str, application: str, statement: str,
) -> str:  # fmt: skip
    """Write one record of PostgreSQL's csvlog, on one line."""
    day, second = divmod(int(when), DAY)
    stamp = f"{_dates(day)[1][:-1]} {_clock()[second]}"
    message, statement = (f'"{text.replace(chr(34), chr(34) * 2)}"' if text else "" for text in (message, statement))
    return (
        f'{stamp}.{int(when * 1000) % 1000:03} UTC,"{account}","{database}",{pid},"{client}",{session},{number},"",'
        f'{stamp} UTC,3/{number},0,{severity},{code},{message},,,,,,{statement},,,"{application}","client backend",,0\n'
    )
