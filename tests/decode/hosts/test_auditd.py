"""The kernel's audit: which file an event is about, whatever it was called."""

import pytest

from detector.decode import Decoder
from tests.decode.batches import KEY, batch_of, decode, one, settings_for
from tests.decode.hosts.test_files import events

CLIENT = "/srv/clients/104/a.pdf"


def record(name, number=1, *, cwd="/srv/clients/7", call="257", arch="c000003e", folder="ffffff9c", flags="0"):
    head = f"msg=audit(1779001503.123:{number})"
    return [
        f"type=SYSCALL {head}: arch={arch} syscall={call} success=yes a0={folder} a1=0 a2={flags} items=1 pid=42 "
        'auid=1000 key="clients"',
        f'type=CWD {head}: cwd="{cwd}"',
        f'type=PATH {head}: item=0 name="{name}" inode={number} dev=fd:00 nametype=NORMAL',
    ]


def event(*arguments, **said):
    return one("\n".join(record(*arguments, **said)), format="auditd")


def label(found, name):
    return next((pair["value"] for pair in found["labels"] if pair["key"] == name), None)


@pytest.mark.parametrize(
    ("name", "cwd"),
    [
        (CLIENT, "/"),
        ("104/a.pdf", "/srv/clients"),
        (f"/proc/self/root{CLIENT}", "/"),
        (f"/proc/1/root/proc/thread-self/root{CLIENT}", "/"),
        (f"/proc/1/task/1/root{CLIENT}", "/"),
        (f"//proc/./self/root{CLIENT}", "/"),
        ("/proc/self/cwd/a.pdf", "/srv/clients/104"),
        ("/proc/42/cwd/a.pdf", "/srv/clients/104"),
        ("104/a.pdf", "/proc/self/root/srv/clients"),
    ],
)
def test_a_file_has_its_own_name_whatever_way_it_was_called(name, cwd):
    assert event(name, cwd=cwd)["url.path"] == CLIENT


@pytest.mark.parametrize("name", ["/proc/1/cwd/a.pdf", "/proc/self/fd/4/a.pdf"])
def test_a_name_that_begins_in_a_folder_nobody_tells_is_no_path(name):
    found = event(name)
    assert (found["url.path"], label(found, "unknown_folder"), label(found, "file_id")) == (None, name, "fd:00:1")


def test_a_name_that_begins_in_an_open_folder_is_not_joined_with_the_working_folder():
    found = event("a.pdf", 5, folder="4")
    assert (found["url.path"], found["event.category"], found["event.action"]) == (None, "file", "read")
    assert (label(found, "unknown_folder"), label(found, "key"), label(found, "file_id")) == (
        "a.pdf",
        "clients",
        "fd:00:5",
    )
    assert event("a.pdf", folder="ffffffffffffff9c")["url.path"] == "/srv/clients/7/a.pdf"


@pytest.mark.parametrize(
    ("arch", "call", "action"),
    [
        ("40000003", "5", "read"),
        ("40000003", "8", "update"),
        ("40000003", "10", "delete"),
        ("40000003", "38", "update"),
        ("40000003", "295", "read"),
        ("c00000b7", "56", "read"),
        ("c00000b7", "35", "delete"),
        ("c000003e", str(0x40000000 + 257), "read"),
        ("c000003e", "304", "read"),
        ("c000003e", "85", "update"),
        ("c000003e", "9999", "other"),
    ],
)
def test_a_call_is_known_by_its_number_on_every_architecture(arch, call, action):
    assert event(CLIENT, arch=arch, call=call)["event.action"] == action


@pytest.mark.parametrize(
    ("flags", "action"),
    [
        ("0", "read"),
        ("80000", "read"),
        ("2", "read"),
        ("8002", "read"),
        ("1", "update"),
        ("201", "update"),
        ("202", "update"),
    ],
)
def test_whoever_opens_a_file_to_write_into_it_may_read_it_as_well(flags, action):
    assert event(CLIENT, flags=flags)["event.action"] == action


def moved(call, old, new, *, folder="ffffff9c"):
    head = "msg=audit(1779001503.123:1)"
    lines = [
        f"type=SYSCALL {head}: arch=c000003e syscall={call} success=yes a0=ffffff9c a1=0 a2={folder} items=4 auid=1000",
        f'type=CWD {head}: cwd="/srv/clients/104"',
        f'type=PATH {head}: item=0 name="/srv/clients/104/" inode=1 dev=fd:00 nametype=PARENT',
        f'type=PATH {head}: item=1 name="/srv/" inode=2 dev=fd:00 nametype=PARENT',
        f'type=PATH {head}: item=2 name="{old}" inode=3 dev=fd:00 nametype=DELETE',
        f'type=PATH {head}: item=3 name="{new}" inode=3 dev=fd:00 nametype=CREATE',
    ]
    found = one("\n".join(lines), format="auditd")
    return found["event.action"], found["url.path"]


@pytest.mark.parametrize(
    ("call", "old", "new", "action"),
    [
        ("82", CLIENT, "/srv/clients/104/a.bak", "update"),
        ("316", "a.pdf", CLIENT, "update"),
        ("82", CLIENT, "/srv/public/a.pdf", "read"),
        ("264", "a.pdf", "/tmp/a.pdf", "read"),
        ("86", CLIENT, "/srv/clients/104/b.pdf", "read"),
        ("265", CLIENT, "/tmp/a.pdf", "read"),
    ],
)
def test_a_file_that_gets_a_name_elsewhere_is_taken_away(call, old, new, action):
    assert moved(call, old, new) == (action, CLIENT)


def test_a_folder_that_nobody_tells_is_elsewhere():
    assert moved("264", CLIENT, "a.pdf", folder="5") == ("read", CLIENT)


def mixed(numbers):
    """Return the lines of calls as parallel programs leave them: all SYSCALL, all CWD, all PATH."""
    calls = [record(f"/srv/clients/{number}/a.pdf", number) for number in numbers]
    return [line for lines in zip(*calls, strict=True) for line in lines]


@pytest.mark.parametrize("programs", [1, 2, 4, 16, 60])
def test_lines_of_parallel_programs_are_joined_by_their_number(tmp_path, programs):
    path = tmp_path / "audit.log"
    lines = [line for at in range(0, 240, programs) for line in mixed(range(at, at + programs))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = [row["fields"] for row in events(path, format="auditd")]
    assert [row["url.path"] for row in told] == [f"/srv/clients/{number}/a.pdf" for number in range(240)]
    assert [row["labels"]["audit_id"] for row in told] == [str(number) for number in range(240)]
    assert not any("log.flags" in row for row in told)


def test_lines_that_cannot_be_joined_are_said():
    first, folder, file = record(CLIENT, 1)
    _, _, other = record(CLIENT, 2)
    lost, orphan = decode(["\n".join([first, folder, other])], format="auditd").frame.rows(named=True)
    assert (label(lost, "lost_paths"), label(lost, "file_id"), lost["log.flags"]) == ("1", "lost:1", ["incomplete"])
    assert (orphan["url.path"], orphan["actor.id"], orphan["log.flags"]) == (CLIENT, None, ["incomplete"])
    whole = one("\n".join([first, folder, file]), format="auditd")
    assert whole.get("log.flags") is None


def unsigned(*, account='euid=33 EUID="www-data"', auid="4294967295"):
    lines = [each.replace("auid=1000", f"auid={auid} uid=0 {account}") for each in record(CLIENT)]
    return one("\n".join(lines), format="auditd")


@pytest.mark.parametrize(
    ("account", "name"),
    [
        ('euid=33 EUID="www-data"', "daemon:www-data"),
        ("euid=33", "daemon:33"),
        ('euid=33 EUID="unset"', "daemon:33"),
        ("", None),
    ],
)
def test_files_that_a_program_opens_are_charged_to_the_account_it_runs_as_where_nobody_signed_in(account, name):
    assert unsigned(account=account)["user.id"] == name


def test_the_account_that_signed_in_comes_before_the_one_a_program_runs_as():
    assert unsigned(auid="1000")["user.id"] == "1000"


def test_a_program_that_runs_as_root_is_not_who_signed_in_as_root():
    listed = {"actors": {"service_accounts": ["daemon:*"]}}
    lines = [each.replace("auid=1000", "auid={} euid=0") for each in record(CLIENT)]
    program, person = (one("\n".join(lines).format(auid), format="auditd", **listed) for auid in ("4294967295", "0"))
    assert (program["actor.id"], program["actor.type"]) == ("user:daemon:0", "service")
    assert (person["actor.id"], person["actor.type"]) == ("user:0", "human")


def test_what_is_no_touch_of_a_file_is_not_charged_to_the_account_a_program_runs_as():
    assert (
        one("\n".join(record(CLIENT, call="59")).replace("auid=1000", "auid=-1 euid=0"), format="auditd")["user.id"]
        is None
    )


FILES = {
    "data_classes": {"contact": {"confidentiality": "internal"}},
    "routes": [
        {
            "path": "/srv/clients/{client}/{file}",
            "action": "read",
            "object": "document",
            "classes": ["contact"],
            "subject": "{client}",
        }
    ],
}


def renamed(name, other, mode="040755"):
    head = "msg=audit(1779001503.123:77): "
    path = f"type=PATH {head}item=%d name=%s dev=08:01 mode=%s nametype=%s"
    lines = [
        f'type=SYSCALL {head}arch=c000003e syscall=82 success=yes exit=0 items=2 auid=1000 comm="mv" AUID="vera"',
        f'type=CWD {head}cwd="/root"',
        path % (0, name, mode, "DELETE"),
        path % (1, other, mode, "CREATE"),
    ]
    batch = batch_of(["\n".join(lines)])
    (event,) = Decoder(settings_for(format="auditd", records=FILES), session_key=KEY).decode(batch).frame.to_dicts()
    return event["event.action"], event["object.type"], event["subject.ids"]


@pytest.mark.parametrize(
    ("name", "other"), [("/srv/clients", "/tmp/x"), ("/srv/clients", "/srv/x"), ("/srv", "/old"), ("/srv/", "/old")]
)
@pytest.mark.parametrize("mode", ["040755", "dir,755"])
def test_who_gives_a_folder_above_client_files_another_name_takes_them_all(name, other, mode):
    assert renamed(name, other, mode) == ("export", "document", None)


def test_a_folder_beside_them_is_none_and_a_file_is_one():
    assert renamed("/srv/public", "/tmp/x") == ("export", None, None)
    assert renamed("/srv/clients/104/a.pdf", "/tmp/a.pdf", "0100644") == ("read", "document", ["104"])
    assert renamed("/srv/clients/104/a.pdf", "/srv/clients/104/b.pdf", "0100644")[1:] == ("document", ["104"])
