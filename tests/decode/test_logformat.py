"""Log formats as they are pasted: what is read back, what is refused and how it is told."""

import json
import string
from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.decode import Decoder
from detector.decode.logformat import LayoutError, compile_layout
from detector.decode.registry import candidates, load_formats
from detector.errors import ConfigError
from detector.settings import Settings
from detector.settings.loading.load_settings import load_settings
from tests.decode.batches import KEY, RECORDS, batch_of, decoder_for, one, settings_for

TIME = "[17/May/2026:10:05:03 +0300]"
# What a client can put into a header, a dash alone aside: that is how servers say that there was none.
decoder_of = cache(lambda form: decoder_for(log_format=form))
VALUE = st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1, max_size=30).filter(
    lambda text: text != "-"
)


def read(line, form):
    (row,) = decoder_of(form).decode(batch_of([line])).frame.rows(named=True)
    return row


def by_nginx(text):
    raw = text.encode()
    return "".join(chr(b) if 0x20 <= b < 0x7F and chr(b) not in '"\\' else f"\\x{b:02X}" for b in raw)


def by_apache(text):
    named = {"\b": "\\b", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v", "\\": "\\\\", '"': '\\"'}
    return "".join(named.get(chr(b)) or (chr(b) if 0x20 <= b < 0x7F else f"\\x{b:02x}") for b in text.encode())


def by_json(text):
    return json.dumps(text, ensure_ascii=False)[1:-1]


def by_haproxy(text):
    return "".join(chr(b) if 0x20 <= b < 0x7F and chr(b) not in '{|}"#' else f"#{b:02X}" for b in text.encode())


WRITERS = {
    "nginx": (by_nginx, '$remote_addr [$time_local] "$http_user_agent" "$http_x" $status'),
    "nginx json": (by_json, 'escape=json \'$remote_addr [$time_local] "$http_user_agent" "$http_x" $status\''),
    "apache": (by_apache, '%h %t "%{User-Agent}i" "%{X}i" %>s'),
}


@pytest.mark.parametrize("server", WRITERS)
@settings(deadline=None, max_examples=60)
@given(agent=VALUE, other=VALUE)
def test_what_a_server_escaped_is_read_as_it_was_sent(server, agent, other):
    escape, layout = WRITERS[server]
    event = read(f'192.0.2.17 {TIME} "{escape(agent)}" "{escape(other)}" 200', layout)
    labels = {pair["key"]: pair["value"] for pair in event["labels"]}
    assert (event["user_agent.original"], list(labels.values())) == (agent, [other])
    assert event["http.response.status_code"] == 200


@settings(deadline=None, max_examples=60)
@given(path=VALUE)
def test_what_haproxy_escaped_is_read_as_it_was_sent(path):
    line = f'192.0.2.17:5 [17/May/2026:10:05:03.250] 200 "GET /{by_haproxy(path.replace(" ", ""))} HTTP/1.1"'
    event = read(line, "%ci:%cp [%tr] %ST %{+Q}r")
    target = "/" + path.replace(" ", "")
    whole = event["url.path"] + ("" if event["url.query"] is None else "?" + event["url.query"])
    assert whole == target


@settings(deadline=None, max_examples=40)
@given(sent=st.text(string.printable.replace("\n", ""), max_size=40))
def test_a_json_layout_reads_what_nginx_put_into_it(sent):
    layout = (
        """log_format j escape=json '{"t":"$time_iso8601","a":"$remote_addr","ua":"$http_user_agent","s":$status}';"""
    )
    line = f'{{"t":"2026-05-17T10:05:03+03:00","a":"192.0.2.17","ua":"{by_json(sent)}","s":200}}'
    event = read(line, layout)
    assert event["user_agent.original"] == (sent if sent not in ("", "-") else None)


FORMS = [
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent $upstream_response_time',
    "$msec|$remote_addr|$uri$is_args$args|$status",
    """log_format j escape=json '{"t":"$time_iso8601","r":"$request","s":$status,"u":$upstream_status}';""",
    '%v:%p %h %l %u %t "%r" %>s %b %{ms}T %U%q',
    "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %hr %hs %{+Q}r %{+X}U %{+Q}[req.hdr(Host)]",
]
GOOD = [
    '192.0.2.17 - anna [17/May/2026:10:05:03 +0300] "GET /a HTTP/1.1" 200 5 0.1, 0.2 : 0.3',
    "1779001503.250|192.0.2.17|/a?b|200",
    '{"t":"2026-05-17T10:05:03+03:00","r":"GET / HTTP/1.1","s":200,"u":200, 502}',
    'crm:443 192.0.2.17 - anna [17/May/2026:10:05:03 +0300] "GET /a HTTP/1.1" 200 - 7 /a?b',
    '192.0.2.17:5 [17/May/2026:10:05:03.250] crm a/b 0/0/0/1/1 200 5 {x} "GET /a HTTP/1.1" 1F "crm"',
    "May 17 10:05:03 web1 nginx: 1779001503.250|192.0.2.17|/a?b|200",
]


@st.composite
def broken(draw):
    line = draw(st.sampled_from(GOOD))
    at, end = sorted((draw(st.integers(0, len(line))), draw(st.integers(0, len(line)))))
    piece = st.text(st.sampled_from(list('"\\ -[]{}|:,#%\x00é0')), max_size=4)
    return (line[:at] + draw(piece) + line[end:]).replace("\n", "")


@pytest.mark.parametrize("form", FORMS)
@settings(deadline=None, max_examples=40)
@given(lines=st.lists(st.one_of(broken(), st.sampled_from(GOOD), st.text(max_size=20)), min_size=1, max_size=12))
def test_any_text_gives_one_event_or_one_reject_a_line_in_any_cut(form, lines):
    lines = [line.replace("\n", " ") for line in lines]
    decoder = decoder_of(form)
    whole = decoder.decode(batch_of(lines))
    assert whole.frame.height + len(whole.rejects) == len(lines)
    alone = [decoder.decode(batch_of([line])) for line in lines]
    kept = ["@timestamp", "source.ip", "url.path", "http.response.status_code", "labels", "event.original"]
    assert [row for one in alone for row in one.frame.select(kept).rows()] == whole.frame.select(kept).rows()
    assert [reject.reason for one in alone for reject in one.rejects] == [reject.reason for reject in whole.rejects]


@settings(deadline=None, max_examples=300)
@given(
    st.one_of(
        st.text(max_size=60),
        st.text(st.sampled_from(list("%${}[]()'\"\\ ;abhrtTX+,-")), max_size=40),
        st.lists(st.sampled_from(["log_format x ", "%h", "%{X}i", "$status", "%ci", "%[src]", "'", '"', " "])).map(
            "".join
        ),
    )
)
def test_whatever_is_pasted_is_compiled_or_refused_with_reasons(text):
    mistakes = ()
    try:
        compile_layout(text)
    except LayoutError as error:
        mistakes = error.mistakes or ("",)
    assert all(mistakes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("$remote_addr$status [$time_local]", "between $remote_addr and $status (character 13) there is nothing"),
        ("%h %Q %t", "unknown directive '%Q' at character 4"),
        ("%h %{%d %Z}t", "holds %Z, which cannot be read back"),
        ("%ci [%tr] %zz", "unknown variable '%zz' at character 11"),
        ("%ci [%tr] %[src", "the [ at character 11 is not closed"),
        ("%ci [%tr] %{+json}o", "'+json'"),
        ("$remote_addr $ [$time_local]", "a $ without the name of a variable at character 14"),
        ("$remote_addr $status", "it holds no time: add [$time_local]"),
        ('%h "%r"', "it holds no time: add %t"),
        ("log_format x '$remote_addr [$time_local]", "a quote is not closed"),
        ('LogFormat "%h', "a quote is not closed"),
        ("log_format x '';", "the log format is empty"),
        ("hello", "it holds no variable of nginx"),
    ],
)
def test_a_mistake_is_told_with_what_and_where(text, said):
    with pytest.raises(LayoutError) as caught:
        compile_layout(text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "# ours\nlog_format a '$remote_addr [$time_local] $status';\naccess_log /var/log/nginx/a.log a;",
        "http {\n  log_format a '$remote_addr [$time_local] '\n    '$status';\n}",
        '#LogFormat "%h" old\n  LogFormat "%h %t %>s" a\n  CustomLog logs/access_log a',
        'LogFormat "%h %t \\\n%>s" a',
        "LogFormat '%h %t %>s' a",
        'CustomLog "/var/log/apache2/a.log" "%h %t %>s"',
        'CustomLog "|/usr/bin/rotatelogs /var/log/a 86400" "%h %t %>s" env=!dull',
    ],
)
def test_what_stands_around_a_log_format_may_be_pasted_with_it(text):
    assert read(f"192.0.2.17 {TIME} 404", text)["http.response.status_code"] == 404


def test_a_comment_behind_a_log_format_of_haproxy_is_no_part_of_it():
    form = 'defaults\n  log-format "%ci [%tr] %ST"  # ours\n  option httplog'
    assert read("192.0.2.17 [17/May/2026:10:05:03.123] 404", form)["http.response.status_code"] == 404


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("log_format a '$msec $status'; log_format b '$msec';", "more than one log format"),
        ('LogFormat "%t %>s" a\nLogFormat "%t" b', "more than one log format"),
        ("CustomLog /var/log/apache2/a.log combined", "paste the LogFormat of that name"),
        ("$remote_addr [$time_local]\n $status", "goes over several lines"),
        ('log-format "%ci [%tr', "a quote is not closed"),
    ],
)
def test_a_paste_that_could_never_fit_a_line_is_refused(text, said):
    with pytest.raises(LayoutError, match=said):
        compile_layout(text)


def test_all_mistakes_of_a_log_format_are_told_at_once():
    with pytest.raises(LayoutError) as caught:
        compile_layout("%h%u %Q %{%Z}t", kind="apache")
    assert len(caught.value.mistakes) == 3


def test_a_mistake_in_a_source_is_told_with_the_line_of_its_configuration(tmp_path):
    path = tmp_path / "nabat.yml"
    path.write_text(
        "sources:\n  - name: a\n    service: crm\n    paths: [/x]\n    log_format: '$remote_addr$status $msec'\n"
        "  - { name: b, service: crm, paths: [/y], format: combined, log_format: '%h %t' }\n"
    )
    with pytest.raises(ConfigError) as caught:
        Decoder(load_settings(path), session_key=KEY)
    first, second = sorted(map(str, caught.value.problems))
    assert f"{path}:5: log_format of source a: between $remote_addr and $status" in first
    assert f"{path}:6: log_format of source b: beside it, format is auto or one of" in second


def test_a_file_of_a_log_format_is_a_format_with_columns_for_the_operators_own_variables(tmp_path):
    (tmp_path / "crm.yml").write_text(
        "kind: nginx\nabout: the CRM's own\ndataset: crm.access\n"
        "log_format: |\n  log_format crm '$remote_addr [$time_local] \"$request\" $status '\n"
        "    '\"$upstream_http_x_login\" $shop';\n"
        "columns: { upstream_http_x_login: user.name, shop: organization.id }\n"
    )
    chosen = settings_for(format="crm").model_copy(update={"formats": (str(tmp_path),)})
    decoder = Decoder(chosen, session_key=KEY)
    frame = decoder.decode(batch_of([f'192.0.2.17 {TIME} "GET /crm/clients/17 HTTP/1.1" 200 "anna" north'])).frame
    row = frame.row(0, named=True)
    assert (row["actor.id"], row["organization.id"], row["event.dataset"]) == ("user:anna", "north", "crm.access")
    assert row["record.ids"] == ["17"]
    assert decoder.format_of("stream") == "crm"


def test_mistakes_in_a_file_are_told_with_the_line_of_the_log_format(tmp_path):
    (tmp_path / "crm.yml").write_text("kind: apache\nlog_format: '%h %Q %t'\ncolumns: { x_login: user.name }\n")
    (tmp_path / "more.yml").write_text("kind: nginx\nlog_format: '$status'\ncolumns: { status: no.column }\n")
    chosen = settings_for().model_copy(update={"formats": (str(tmp_path),)})
    with pytest.raises(ConfigError) as caught:
        Decoder(chosen, session_key=KEY)
    said = "\n".join(map(str, caught.value.problems))
    assert f"{tmp_path / 'crm.yml'}:2: log_format: unknown directive '%Q'" in said
    assert "columns: 'x_login' is no variable of the log format" in said
    assert "no such columns: no.column" in said


def test_whose_log_format_it_is_can_be_said_where_the_text_does_not_tell():
    line = '17/May/2026:10:05:03.250 200 "GET / HTTP/1.1"'
    event = one(line, log_format="%t %{+Q}r".replace("%t", "%t %ST"), format="haproxy")
    assert event["@timestamp"] == datetime(2026, 5, 17, 10, 5, 3, 250000, tzinfo=UTC)
    assert event["event.dataset"] == "haproxy.http"


@pytest.mark.parametrize(
    ("zone", "time", "moment"),
    [
        ("Europe/Berlin", "25/Oct/2026:02:30:00.000", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("Europe/Berlin", "29/Mar/2026:02:30:00.000", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("UTC", "17/May/2026:10:05:03.999", datetime(2026, 5, 17, 10, 5, 3, 999000, tzinfo=UTC)),
    ],
)
def test_an_hour_that_occurs_twice_or_never_is_still_a_time(zone, time, moment):
    event = one(f"192.0.2.17:5 [{time}] 200", log_format="%ci:%cp [%tr] %ST", timezone=zone)
    assert event["@timestamp"] == moment


def test_secrets_in_headers_and_cookies_are_never_kept_in_the_clear():
    layout = (
        '$remote_addr [$time_local] "$http_authorization" "$http_cookie" "$cookie_theme" "$http_x_api_key" '
        '"$sent_http_set_cookie" "$upstream_cookie_sid" $status'
    )
    event = one(
        f'192.0.2.17 {TIME} "Bearer abc" "theme=dark; sessionid=8f2c1" "dark" "key" "sid=1" "1" 200', log_format=layout
    )
    assert event["labels"] is None
    assert len(event["session.id"]) == 32
    assert event["actor.id"] == f"session:{event['session.id']}"


JSON = """log_format j escape=json '{"t":"$time_iso8601","a":"$remote_addr","r":"$request","s":$status,"n":"$shop"}';"""
IN_ORDER = '{"t":"2026-05-17T10:05:03+03:00","a":"192.0.2.17","r":"GET /x HTTP/1.1","s":200,"n":"7"}'
SHUFFLED = '{ "s": 200, "n": "7", "r": "GET /x HTTP/1.1", "a": "192.0.2.17", "t": "2026-05-17T10:05:03+03:00" }'


def test_fields_of_a_json_layout_may_come_in_any_order_when_something_wrote_them_anew():
    kept = ["@timestamp", "source.ip", "url.path", "http.response.status_code", "labels"]
    result = decoder_of(JSON).decode(batch_of([IN_ORDER, SHUFFLED, "{", SHUFFLED.replace("05-17", "05-77")]))
    first, second = result.frame.select(kept).rows()
    assert first == second
    assert [reject.reason.value for reject in result.rejects] == ["not_json", "bad_time"]


def test_a_route_may_read_a_field_of_a_json_layout():
    routes = [{"path": "/x", "object": "client", "action": "read", "subject": "field:n"}]
    for line in (IN_ORDER, SHUFFLED):
        event = one(line, log_format=JSON, records={"routes": routes})
        assert event["subject.ids"] == ["7"]
        assert event["labels"] is None


def test_a_containers_envelope_may_stand_around_an_operators_own_layout():
    layout, line = '$remote_addr [$time_local] "$request" $status', f'192.0.2.17 {TIME} "GET /a HTTP/1.1" 200'
    boxed = [
        json.dumps({"log": text + "\n", "stream": "stdout", "time": "2026-05-17T07:05:03.1Z"})
        for text in (line, line.replace("17/May", "77/May"), "started")
    ]
    result = decoder_for(log_format=layout, format="docker").decode(batch_of(boxed))
    assert result.frame["event.dataset"].to_list() == ["nginx.access"] * 2
    assert result.frame["url.path"].to_list() == ["/a", "/a"]
    assert [moment.microsecond for moment in result.frame["@timestamp"]] == [0, 100_000]  # the envelope's, in need
    assert [reject.number for reject in result.rejects] == [3]


def test_layouts_of_sources_are_used_by_name_and_never_tried_on_other_lines():
    layout = '$remote_addr [$time_local] "$request" $status'
    sources = [
        {"name": "boxed", "paths": ["/a"], "service": "crm", "format": "docker", "log_format": layout},
        {"name": "other", "paths": ["/b"], "service": "crm", "format": "docker"},
    ]
    formats = load_formats(Settings.model_validate({"sources": sources, "records": RECORDS}))
    own = formats.keys() - load_formats(Settings.model_validate({"sources": sources[1:], "records": RECORDS})).keys()
    assert len(own) == 1
    assert not own & {each.name for each in candidates(formats)}


def test_a_cookie_is_the_same_session_whichever_server_logged_it():
    line = f'192.0.2.17 {TIME} "8f2c1"'
    proxy = '192.0.2.17:5 [17/May/2026:10:05:03.250] "SESSIONID=8f2c1"'
    apart = one(line, log_format='$remote_addr [$time_local] "$cookie_sessionid"')
    whole = one(line.replace("8f2c1", "a=b; SESSIONID=8f2c1; c=d"), log_format='%h %t "%{Cookie}i"')
    captured = one(proxy, log_format="%ci:%cp [%tr] %{+Q}CC")
    assert apart["session.id"] == whole["session.id"] == captured["session.id"] is not None
