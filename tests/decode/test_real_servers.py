"""What real servers write for odd requests is read as it was sent: nginx, Apache, HAProxy, Squid."""

from datetime import timedelta

import polars as pl
import pytest

from detector.clock import SystemClock
from tests.decode.batches import batch_of, decoder_for
from tests.proxies import apache_server, haproxy_server, send, squid_server  # noqa: F401 - fixtures
from tests.servers import nginx_server  # noqa: F401 - a fixture

AGENTS = ["curl/8.5.0", 'say "hi" \\ bye', "Пётр\tÉ", "a|b{c}#d", None]
PATHS = ["/ok/crm/clients/17?x=1", '/ok/a?q="b"&c=\\d', "/ok/%D0%9F%20a", "/ok/x,y?a=b;c", "/ok/{a|b}?c=d"]


def request(path, agent):
    header = b"" if agent is None else b"User-Agent: " + agent.encode() + b"\r\n"
    return (
        b"GET " + path.encode() + b" HTTP/1.1\r\nHost: crm.example.org\r\n" + header + b"Connection: close\r\n"
        b"X-Forwarded-For: 203.0.113.9, 192.0.2.1\r\nCookie: theme=dark; JSESSIONID=8f2c1\r\n\r\n"
    )


def ask(server):
    """Send every path with every agent, then what is no request."""
    sent = [(path, agent) for path in PATHS for agent in AGENTS]
    for path, agent in sent:
        send(server.port, request(path, agent))
    send(server.port, b"\x16\x03\x01\x02\x00\x01\r\n\r\n")
    return sent


def decoded(lines, **source):
    result = decoder_for(records={}, **source).decode(batch_of(lines))
    assert result.rejects == ()
    now = SystemClock().now()
    assert result.frame.select(pl.col("@timestamp").is_between(now - timedelta(minutes=5), now).all()).item()
    assert result.frame["source.ip"].to_list() == ["127.0.0.1"] * len(lines)
    return result.frame


def target(row):
    return row["url.path"] + ("" if row["url.query"] is None else "?" + row["url.query"])


NGINX = {
    "default": '$remote_addr:$remote_port - $remote_user [$time_local] "$request" $status $body_bytes_sent '
    '"$http_user_agent" "$http_x_forwarded_for" $cookie_jsessionid $request_time $upstream_response_time '
    '"$http_nothing" $request_id',
    "json": '$msec $remote_addr $http_x_forwarded_for "$request" $status "$http_user_agent" $cookie_jsessionid',
    "none": '$remote_addr [$time_iso8601] "$request" $status "$http_user_agent" $cookie_jsessionid',
}
JSON = (
    '{"time":"$time_iso8601","client":"$remote_addr","request":"$request","status":$status,"ua":"$http_user_agent",'
    '"session":"$cookie_jsessionid","up":$upstream_status,"took":$request_time}'
)


@pytest.mark.parametrize(("escape", "layout"), [*NGINX.items(), ("json", JSON)])
def test_nginx_is_read_by_the_log_format_it_writes(nginx_server, escape, layout):  # noqa: F811
    server = nginx_server(log_format=layout, escape=escape)
    sent = ask(server)
    server.stop()
    frame = decoded(server.log.read_text("utf-8").splitlines(), log_format=f"log_format x escape={escape} '{layout}';")
    (last,) = frame.filter(pl.col("http.response.status_code") == 400).rows(named=True)
    rows = frame.filter(pl.col("http.response.status_code") != 400).rows(named=True)
    told = [(target(row), row["user_agent.original"]) for row in rows]
    assert sorted(told, key=str) == sorted(sent, key=str)  # its processes write as they come
    assert {row["http.response.status_code"] for row in rows} == {200}
    assert len(frame["session.id"].drop_nulls().unique()) == 1
    assert last["url.path"] is None


APACHE = (
    r'"%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\" %D %{ms}T %m \"%U%q\" %H '
    r"[%{%Y-%m-%d %H:%M:%S}t.%{usec_frac}t %{%z}t] %{sec}t %{UNIQUE_ID}e \"%{X-Forwarded-For}i\" %I %b %X %k "
    r'%{JSESSIONID}C"'
)


def test_apache_is_read_by_the_log_format_it_writes(apache_server):  # noqa: F811
    server = apache_server(log_format=APACHE)
    sent = ask(server)
    lines = server.lines(len(sent) + 1)
    frame = decoded(lines, log_format=f"LogFormat {APACHE} crm")
    rows = frame.rows(named=True)
    plain = [row for row in rows if row["http.response.status_code"] != 400]
    assert len(plain) > 20
    told = {(target(row), row["user_agent.original"]) for row in plain}
    assert told <= {(path, agent) for path, agent in sent}
    assert {row["url.domain"] for row in rows} == {"crm.example.org"}
    assert all(row["http.request.id"] and row["event.duration"] is not None for row in plain)
    assert len({row["session.id"] for row in plain}) == 1
    assert [row["http.response.status_code"] for row in rows if row["url.path"] is None] == [400]


def test_the_error_logs_of_apache_and_nginx_tell_who_was_refused(apache_server, nginx_server):  # noqa: F811
    for server, form in ((apache_server(log_format='"%h %t"'), "apache.error"), (nginx_server(), "nginx.error")):
        (server.folder / "users").write_text("anna:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n")
        send(server.port, b"GET /closed/17 HTTP/1.0\r\nHost: crm.example.org\r\n\r\n")
        send(server.port, b"GET /secret/17 HTTP/1.0\r\nAuthorization: Basic YW5uYTp3cm9uZw==\r\n\r\n")
        send(server.port, b"GET /secret/17 HTTP/1.0\r\nAuthorization: Basic Ym9iOndyb25n\r\n\r\n")
        server.stop()
        lines = (server.folder / "error.log").read_text("utf-8").splitlines()
        result = decoder_for(records={}).decode(batch_of(lines))
        assert result.rejects == ()
        assert set(result.frame["event.dataset"]) == {form}
        refused = result.frame.filter(pl.col("event.outcome") == "failure")
        told = refused.select("source.ip", "user.name", "event.action").rows()
        assert told == [("127.0.0.1", None, "other"), ("127.0.0.1", "anna", "login"), ("127.0.0.1", "bob", "login")]


CAPTURES = "capture request header User-Agent len 64\n    capture cookie JSESSIONID len 32"


@pytest.mark.parametrize("framing", ["raw", "rfc3164", "rfc5424", "short"])
@pytest.mark.parametrize("captures", ["", CAPTURES])
@pytest.mark.parametrize("option", ["httplog", "httpslog"])
def test_haproxys_own_logs_are_read_by_auto(haproxy_server, option, captures, framing):  # noqa: F811
    server = haproxy_server(options=f"option {option}", captures=captures, framing=framing)
    sent = ask(server)
    # Whoever looks whether the server listens yet is a bad request too, once or several times.
    lines = server.lines(len(sent), without="<BADREQ>")
    frame = decoded([line.removeprefix("<6>") for line in lines])
    assert set(frame["event.dataset"]) == {f"haproxy.{option.removesuffix('log')}"}
    assert sorted(target(row) for row in frame.rows(named=True)) == sorted(path for path, _ in sent)
    assert frame["http.response.status_code"].to_list() == [200] * len(sent)


HAPROXY = (
    '"%ci:%cp [%tr] %HM %HP %HQ %HV %ST %B %Ta %{+Q,+E}[capture.req.hdr(0)] %[capture.req.hdr(1)] %{+Q}[var(txn.x)] '
    '%[var(txn.x)] %{+X}U %Ts %{+Q}CC %ID %{+Q}hr %hs %tsc"'
)


def test_haproxy_is_read_by_the_log_format_it_writes(haproxy_server):  # noqa: F811
    server = haproxy_server(options=f"log-format {HAPROXY}", captures=CAPTURES + "\n    unique-id-format %{+X}o%ci_%Ts")
    sent = ask(server)
    # Whoever looks whether the server listens yet is a bad request too, once or several times.
    lines = server.lines(len(sent), without="<BADREQ>")
    rows = decoded(lines, log_format=f"log-format {HAPROXY}").rows(named=True)
    assert sorted(target(row) for row in rows) == sorted(path for path, _ in sent)
    assert all(row["http.request.id"].startswith("7F000001_") for row in rows)


@pytest.mark.parametrize(("layout", "name"), [("squid", "squid"), ("combined", "squid.combined")])
def test_squids_logs_are_read_by_auto(squid_server, nginx_server, layout, name):  # noqa: F811
    origin, server = nginx_server(), squid_server(log_format=layout)
    url = f"http://127.0.0.1:{origin.port}"
    for path in ("/ok/crm/clients/17?x=1", "/nothing", "/closed/a"):
        raw = f"GET {url}{path} HTTP/1.1\r\nHost: x\r\nUser-Agent: curl\r\nConnection: close\r\n\r\n"
        send(server, raw.encode(), done=False)
    send(server, b"GET http://example.org/closed HTTP/1.0\r\n\r\n", done=False)
    send(server, b"\x16\x03\x01\x02\x00\x01\r\n\r\n")
    send(server, b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n")
    lines = [line for line in server.lines(6) if "transaction-end" not in line]
    frame = decoded(lines)
    assert set(frame["event.dataset"]) == {"squid.access"}
    by_target = {(row["url.domain"], row["url.path"]): row for row in frame.rows(named=True)}
    found = by_target[("127.0.0.1", "/ok/crm/clients/17")]
    assert (found["http.response.status_code"], found["url.query"], found["http.request.method"]) == (200, "x=1", "GET")
    assert by_target[("127.0.0.1", "/closed/a")]["event.outcome"] == "failure"
    assert by_target[("example.org", "/closed")]["http.response.status_code"] == 403
    assert ("example.org", None) in by_target
    assert {row["user_agent.original"] for row in frame.rows(named=True)} == (
        {None} if name == "squid" else {None, "curl"}
    )
