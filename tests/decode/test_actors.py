"""Who did it and from where."""

import json

import pytest

from detector.decode.enrich.accounts import AccountDirectory, read_roles
from detector.decode.enrich.addresses import client_of
from detector.errors import ConfigError
from detector.settings import ActorSettings, SourceSettings
from detector.settings.address_form import parse_address
from tests.decode.batches import one, settings_for

STAMP = "[17/May/2026:10:05:03 +0300]"
PROXIES = SourceSettings(name="s", paths=("/x",), service="s", trusted_proxies=("192.0.2.0/24",)).trusted_proxies


def line(address="203.0.113.5", account="-", forwarded=None):
    last = f' "{forwarded}"' if forwarded else ""
    return f'{address} - {account} {STAMP} "GET / HTTP/1.1" 200 5 "-" "curl/8.5.0"{last}'


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", "198.51.100.9", "198.51.100.9"),
        ("192.0.2.1", "198.51.100.9, 192.0.2.7", "198.51.100.9"),
        ("192.0.2.1", "10.0.0.1, 198.51.100.9, 192.0.2.7", "198.51.100.9"),
        ("203.0.113.5", "198.51.100.9", "203.0.113.5"),
        ("192.0.2.1", "nonsense", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.9, nonsense", "192.0.2.1"),
        ("192.0.2.1", "192.0.2.8", "192.0.2.8"),
        ("192.0.2.1", "[2001:db8::9]:443", "2001:db8::9"),
        ("192.0.2.1", None, "192.0.2.1"),
    ],
)
def test_the_client_is_the_last_address_that_is_no_proxy_of_ours(peer, forwarded, client):
    assert client_of(peer, forwarded, PROXIES) == client


def test_forwarded_for_counts_only_with_trusted_proxies():
    said = line("192.0.2.1", forwarded="198.51.100.9")
    assert one(said)["source.ip"] == "192.0.2.1"
    trusted = one(said, trusted_proxies=["192.0.2.0/24"])
    assert (trusted["source.ip"], trusted["actor.id"]) == ("198.51.100.9", "ip:198.51.100.9")


def test_forwarded_for_is_kept_as_it_stands_believed_or_not():
    said = line("192.0.2.1", forwarded="198.51.100.9, 192.0.2.3")
    for proxies in ([], ["192.0.2.0/24"]):
        kept = one(said, trusted_proxies=proxies)["labels"]
        assert kept == [{"key": "x_forwarded_for", "value": "198.51.100.9, 192.0.2.3"}]
    assert one(line("192.0.2.1"))["labels"] is None


def test_a_blank_in_the_account_hides_nobody_behind_the_proxy():
    said = line("192.0.2.1", account="a b", forwarded="198.51.100.9")
    assert one(said, trusted_proxies=["192.0.2.0/24"])["source.ip"] == "198.51.100.9"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("203.0.113.5:4711", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("host.example.org", None),
        ("203.0.113.005", None),
    ],
)
def test_an_address_has_one_spelling(text, canonical):
    found = parse_address(text)
    assert (str(found) if found else None) == canonical


def test_an_actor_is_the_account_else_the_session_else_the_address():
    audit = '{"ts":"2026-05-17T07:05:03Z","action":"view","ip":"192.0.2.1","session":"secret"%s}'
    assert one(audit % ',"user":"vera"')["actor.id"] == "user:vera"
    by_session = one(audit % "")
    assert by_session["actor.id"] == f"session:{by_session['session.id']}"
    assert by_session["actor.type"] == "unknown"
    assert "secret" not in str({key: value for key, value in by_session.items() if key != "event.original"})
    nobody = one(line(account="anonymous"))
    assert (nobody["actor.id"], nobody["actor.type"], nobody["user.id"]) == ("ip:203.0.113.5", "anonymous", None)


def test_kinds_roles_and_organisations_come_from_the_configuration(tmp_path):
    roles = tmp_path / "roles.csv"
    roles.write_text("user,role,type,organization\nvera,operator,,north\nvera,lead,,\nbot7,feed,service,\n")
    actors = {"roles_file": str(roles), "service_accounts": ["svc-*"], "admins": ["root?"]}

    def kind(account):
        return one(line(account=account), actors=actors)

    vera = kind("vera")
    assert (vera["actor.type"], vera["user.roles"], vera["organization.id"]) == ("human", ["operator", "lead"], "north")
    assert [kind(name)["actor.type"] for name in ("svc-mail", "root1", "bot7", "xsvc-")] == [
        "service",
        "admin",
        "service",
        "human",
    ]
    assert kind("svc-mail")["user.roles"] is None


def test_roles_of_the_log_go_before_those_of_the_file(tmp_path):
    roles = tmp_path / "roles.csv"
    roles.write_text("user,role\nvera,operator\n")
    said = '{"ts":"2026-05-17T07:05:03Z","user":"vera","action":"view"%s}'
    actors = {"roles_file": str(roles)}
    assert one(said % ',"role":"lead"', actors=actors)["user.roles"] == ["lead"]
    assert one(said % "", actors=actors)["user.roles"] == ["operator"]


def test_a_wrong_roles_file_tells_every_row(tmp_path):
    roles = tmp_path / "roles.csv"
    roles.write_text("user,role,type\nvera,operator,robot\n,lead,\n")
    with pytest.raises(ConfigError) as caught:
        read_roles(roles)
    assert [(problem.line, problem.file) for problem in caught.value.problems] == [(2, str(roles)), (3, str(roles))]
    roles.write_text("name,rolle\n")
    with pytest.raises(ConfigError, match="columns missing"):
        read_roles(roles)


def test_customers_who_sign_up_by_themselves_get_a_role_by_a_pattern(tmp_path):
    roles = tmp_path / "roles.csv"
    roles.write_text(
        "user,role,type,organization\ncust-vip-*,vip,,\ncust-*,customer,,north\ncust-*,reader,,\n"
        "*@example.org,partner,,\ncust-7,operator,,\nbot-?,feed,service,\n"
    )
    actors = {"roles_file": str(roles), "domains": ["corp.example.com"]}

    def said(account):
        event = one(line(account=account), actors=actors)
        return event["user.roles"], event["actor.type"], event["organization.id"]

    assert said("Cust-12345") == (["customer", "reader"], "human", "north")
    assert said("cust-vip-1") == (["vip"], "human", None)
    assert said("cust-7") == (["operator"], "human", None)
    assert said("anna@example.org") == (["partner"], "human", None)
    assert said("bot-1") == (["feed"], "service", None)
    assert said("cust-9@corp.example.com") == (["customer", "reader"], "human", "north")
    assert said("xcust-1") == said("bot-12") == said("anna@example.net") == (None, "human", None)


def test_a_pattern_lists_nobody(tmp_path):
    roles = tmp_path / "roles.csv"
    roles.write_text("user,role\ncust-*,customer\n")
    event = one(line(account="cust-1"), accounts="listed", actors={"roles_file": str(roles)})
    assert event["actor.id"] == "ip:203.0.113.5"


@pytest.mark.parametrize(
    ("pattern", "said"),
    [("*", "fits every account"), ("*@*", "fits every account"), ("??*", "fits every account"),
     ("cust-[0-9]*", "no sets in brackets"), ("cust-[!a]", "no sets in brackets"), ("[ab]*", "no sets in brackets")],
)  # fmt: skip
def test_a_pattern_that_makes_no_sense_is_refused_in_words(tmp_path, pattern, said):
    roles = tmp_path / "roles.csv"
    roles.write_text(f"user,role\n{pattern},customer\n")
    with pytest.raises(ConfigError, match=said) as caught:
        read_roles(roles)
    assert [problem.line for problem in caught.value.problems] == [2]


def test_networks_have_our_names_and_the_rest_is_internet():
    actors = {"networks": {"office": ["203.0.113.0/28"], "vpn": ["203.0.113.0/24", "2001:db8::/32"]}}
    assert one(line("203.0.113.5"), actors=actors)["network.name"] == "office"
    assert one(line("203.0.113.50"), actors=actors)["network.name"] == "vpn"
    assert one(line("2001:db8::5"), actors=actors)["network.name"] == "vpn"
    assert one(line("198.51.100.1"), actors=actors)["network.name"] == "internet"
    assert one(line("host.example.org"), actors=actors)["network.name"] is None


def test_settings_of_the_tests_are_valid():
    assert settings_for().sources[0].name == "s"


def test_what_is_known_of_an_account_does_not_depend_on_what_was_asked_before():
    directory = AccountDirectory(ActorSettings(service_accounts=("svc-*",), anonymous=("guest",)))
    names = ["anna", "svc-a", "guest", "x" * 300]
    first, again = directory.look_up(names[:2]), directory.look_up(names)
    assert again[:2] == first
    assert directory.look_up(names[::-1])[::-1] == again
    assert [known.kind for known in again] == ["human", "service", None, "human"]
    assert [known.key for known in again] == ["user:anna", "user:svc-a", None, f"user:{'x' * 300}"]


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "169.254.1.1", "fe80::1%eth0"]
)
def test_what_never_left_the_machine_or_its_wire_is_not_the_internet(address):
    said = one(line(address))
    assert said["network.name"] == "this machine"
    assert said["actor.id"].startswith("ip:")


def test_a_network_of_the_configuration_may_name_the_machine_otherwise():
    actors = {"networks": {"proxy": ["127.0.0.0/8"]}}
    assert one(line("127.0.0.1"), actors=actors)["network.name"] == "proxy"


def test_behind_a_socket_the_account_is_the_actor_and_without_one_nobody():
    nobody, anna = one(line("unix:")), one(line("unix:", account="anna"))
    assert (nobody["actor.id"], nobody["actor.type"], nobody["source.ip"]) == (None, "unknown", None)
    assert nobody["network.name"] == "this machine"
    assert (anna["actor.id"], anna["actor.type"]) == ("user:anna", "human")


@pytest.mark.parametrize(
    "address", ["10.1.2.3", "172.31.0.1", "192.168.1.7", "100.64.0.9", "fd00::7", "::ffff:10.1.2.3"]
)
def test_a_private_address_is_of_a_private_network_also_where_a_proxy_names_it(address):
    said = one(line("192.0.2.1", forwarded=f"198.51.100.1, {address}"), trusted_proxies=["192.0.2.0/24"])
    assert said["network.name"] == "private network"
    named = {"networks": {"office": ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fd00::/8"]}}
    assert one(line(address), actors=named)["network.name"] == "office"


@pytest.mark.parametrize("address", ["172.32.0.1", "192.169.1.7", "100.128.0.9", "2001:db8::7", "203.0.113.5"])
def test_no_other_address_is_private(address):
    assert one(line(address))["network.name"] == "internet"


@pytest.mark.parametrize("account", ["-", '""', "anonymous", "AnonymousUser", "guest"])
def test_what_is_written_for_nobody_is_no_account(account):
    event = one(line(account=account))
    assert (event["user.name"], event["user.id"]) == (None, None)
    assert (event["actor.id"], event["actor.type"]) == ("ip:203.0.113.5", "anonymous")


WORDS = ["null", "None", "(null)", "undefined", "nil", "NULL"]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_for_nobody_is_an_account_where_the_server_writes_a_dash_for_nobody(word):
    event = one(line(account=word))
    assert (event["user.id"], event["actor.id"]) == (word.lower(), f"user:{word.lower()}")
    docker = {"log": line(account=word) + "\n", "stream": "stdout", "time": "2026-05-17T07:05:03.1Z"}
    assert one(json.dumps(docker), format="docker:combined")["actor.id"] == f"user:{word.lower()}"
    nginx = {"time_iso8601": "2026-05-17T07:05:03+00:00", "remote_addr": "203.0.113.5", "remote_user": word}
    nginx |= {"request": "GET /crm HTTP/1.1", "status": 200}
    assert one(json.dumps(nginx), format="nginx.json")["actor.id"] == f"user:{word.lower()}"


@pytest.mark.parametrize("word", WORDS)
def test_a_word_for_nobody_is_none_where_programs_write_their_empty_values(word, tmp_path):
    said = f'time=2026-05-17T07:05:03Z user="{word}" ip=203.0.113.5 method=GET path=/crm status=200'
    event = one(said, format="logfmt")
    assert (event["user.name"], event["actor.id"]) == (None, "ip:203.0.113.5")
    roles = tmp_path / "roles.csv"
    roles.write_text(f"user,role\n{word},operator\n")
    assert one(said, format="logfmt", actors={"roles_file": str(roles)})["actor.id"] == f"user:{word.lower()}"


def test_a_person_called_guest_is_one_where_that_is_configured(tmp_path):
    roles = tmp_path / "roles.csv"
    roles.write_text("user,role\nguest,operator\n")
    assert one(line(account="guest"), actors={"anonymous": ["anonymous"]})["actor.id"] == "user:guest"
    assert one(line(account="guest"), actors={"roles_file": str(roles)})["actor.id"] == "user:guest"
    assert one(line(account="null"), actors={"anonymous": ["null"]})["actor.id"] == "ip:203.0.113.5"


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "[::]", "0.0.0.0:443", "::ffff:0.0.0.0"])
def test_an_address_of_nobody_in_particular_is_none(address):
    assert parse_address(address) is None
    event = one(line(address=address))
    assert (event["source.ip"], event["actor.id"]) == (None, None)


@pytest.mark.parametrize(
    "spelt", ["mAlLory", " mallory ", "MALLORY", "ｍａｌｌｏｒｙ", "mal\u200blory", "mallory\u00ad", "ℳallory"]
)
def test_no_spelling_of_an_account_is_another_actor(spelt):
    event = one(json.dumps({"ts": "2026-05-17T07:05:03Z", "user": spelt, "action": "view"}))
    assert (event["actor.id"], event["user.id"], event["user.name"]) == ("user:mallory", "mallory", "mallory")
    assert event["user.original"] == spelt


@pytest.mark.parametrize(
    ("claim", "account"),
    [
        ("i:0#.f|membership|Anna@corp.example.org", "anna@corp.example.org"),
        ("0#.f|membership|anna@corp.example.org", "anna@corp.example.org"),
        ("I:0#.F|Membership|anna@corp.example.org", "anna@corp.example.org"),
        (r"i:0#.w|corp\anna", r"corp\anna"),
        ("i:0h.f|membership|1003200045@example.org", "i:0h.f|membership|1003200045@example.org"),
        ("i:0#.f|fbaprovider|anna", "i:0#.f|fbaprovider|anna"),
        ("i:0#.f|membership|", "i:0#.f|membership|"),
    ],
)
def test_a_claim_of_sharepoint_is_the_account_it_names(claim, account):
    event = one(json.dumps({"ts": "2026-05-17T07:05:03Z", "user": claim, "action": "view"}))
    assert event["user.id"] == account
    own = {"domains": ["corp.example.org", "corp"], "service_accounts": ["anna"]}
    found = one(json.dumps({"ts": "2026-05-17T07:05:03Z", "user": claim, "action": "view"}), actors=own)
    assert (found["actor.type"] == "service") == (account.startswith(("anna", "corp")))


def test_an_account_in_its_one_form_is_written_once():
    assert one(line(account="mallory"))["user.original"] is None


@pytest.mark.parametrize("account", [r"CORP\Mallory", r"CORP\x5Cmallory", "Mallory@corp", "mallory@CORP.example.org"])
def test_domains_of_ours_tell_no_accounts_apart(account):
    domains = {"domains": ["CORP", "Corp.Example.org"]}
    assert one(line(account=account), actors=domains)["actor.id"] == "user:mallory"
    assert one(line(account=account))["actor.id"] != "user:mallory"


def test_mail_addresses_of_two_providers_are_two_people_unless_all_domains_are_ours():
    both = ["anna@a.example.org", "Anna@b.example.org"]
    assert [one(line(account=each))["user.id"] for each in both] == [each.lower() for each in both]
    own = {"domains": ["*"]}
    assert {one(line(account=each), actors=own)["user.id"] for each in both} == {"anna"}
    assert one(line(account="@x"), actors=own)["user.id"] == "@x"


def test_capitals_tell_accounts_apart_where_that_is_configured():
    actors = {"case_sensitive": True, "domains": ["CORP"]}
    said = [one(line(account=each), actors=actors)["user.id"] for each in ("Anna", "anna", r"corp\Anna")]
    assert said == ["Anna", "anna", "Anna"]


def test_what_is_configured_about_accounts_is_meant_in_any_spelling(tmp_path):
    roles = tmp_path / "roles.csv"
    roles.write_text("user,role\nVera,operator\nCORP\\vera,lead\n")
    actors = {"roles_file": str(roles), "domains": ["corp"], "service_accounts": ["SVC-*", r"CORP\*$"]}
    assert one(line(account="VERA"), actors=actors)["user.roles"] == ["operator", "lead"]
    kinds = [one(line(account=each), actors=actors)["actor.type"] for each in ("svc-Mail", r"corp\svc-mail", "ab$")]
    assert kinds == ["service", "service", "service"]
    everybody = {"domains": ["corp"], "service_accounts": ["*@corp"]}
    assert [one(line(account=each), actors=everybody)["actor.type"] for each in ("x@CORP", "x")] == ["service", "human"]


def status(code, account="anna"):
    return line(account=account).replace('" 200 5 ', f'" {code} 5 ')


@pytest.mark.parametrize(
    ("accounts", "code", "believed"),
    [
        ("auto", 200, True),
        ("auto", 304, True),
        ("auto", 302, False),
        ("auto", 403, False),
        ("auto", 401, False),
        ("auto", 407, False),
        ("verified", 401, True),
        ("claimed", 200, False),
        ("listed", 200, False),
    ],
)
def test_a_name_that_was_not_proved_is_claimed_and_the_address_is_the_actor(accounts, code, believed):
    event = one(status(code), accounts=accounts)
    assert event["user.name"] == "anna"
    assert event["actor.id"] == ("user:anna" if believed else "ip:203.0.113.5")
    assert (event["user.id"], event["actor.type"]) == (("anna", "human") if believed else (None, "anonymous"))


@pytest.mark.parametrize("code", [302, 403, 404, 500])
def test_an_application_in_our_own_network_has_asked_who_it_is_before_it_refuses(code):
    event = one(line("10.1.0.7", "anna").replace('" 200 5 ', f'" {code} 5 '))
    assert event["actor.id"] == "user:anna"


@pytest.mark.parametrize(
    ("outcome", "address", "believed"),
    [("failure", "203.0.113.5", False), ("success", "203.0.113.5", True), ("failure", None, True)],
)
def test_a_failed_login_is_its_addresss_and_not_the_accounts_it_names(outcome, address, believed):
    said = {"event": {"category": "authentication", "action": "login", "outcome": outcome}, "user": {"name": "anna"}}
    said |= {"@timestamp": "2026-05-17T10:05:03Z"} | ({"source": {"ip": address}} if address else {})
    event = one(json.dumps(said), format="ecs.json")
    assert event["user.name"] == "anna"
    assert event["actor.id"] == ("user:anna" if believed else f"ip:{address}")


LOGIN = {"routes": [{"path": "/login", "methods": ["POST"], "action": "login"}]}


def test_a_login_is_one_as_soon_as_a_route_says_so(subtests: pytest.Subtests) -> None:
    for code in [400, 401, 403, 422]:
        for accounts in ["auto", "verified"]:
            for address in ["10.1.0.7", "203.0.113.5", "2001:db8:1:2::7"]:
                with subtests.test(code=code, accounts=accounts, address=address):
                    text = line(address, "anna").replace('" 200 5 ', f'" {code} 5 ').replace("GET / ", "POST /login ")
                    event = one(text, records=LOGIN, accounts=accounts)
                    network = "2001:db8:1:2::/64" if ":" in address else address
                    assert (event["actor.id"], event["actor.type"], event["user.id"]) == (
                        f"ip:{network}",
                        "anonymous",
                        None,
                    )
                    assert (event["user.name"], event["event.action"]) == ("anna", "login")


def test_a_session_that_comes_with_a_failed_login_is_a_claim_too():
    said = {"event": {"category": "authentication", "action": "login", "outcome": "failure"}, "user": {"name": "anna"}}
    said |= {"@timestamp": "2026-05-17T10:05:03Z", "source": {"ip": "192.0.2.7"}, "session": {"id": "invented"}}
    assert one(json.dumps(said), format="ecs.json")["actor.id"] == "ip:192.0.2.7"


def test_accounts_the_roles_file_names_are_believed_where_only_those_are(tmp_path):
    roles = tmp_path / "roles.csv"
    roles.write_text("user,role\nAnna,operator\n")
    actors = {"roles_file": str(roles)}
    said = [one(status(code, who), accounts="listed", actors=actors) for code, who in ((200, "anna"), (200, "eve"))]
    assert [event["actor.id"] for event in said] == ["user:anna", "ip:203.0.113.5"]
    assert [event["user.roles"] for event in said] == [["operator"], None]
    refused = one(status(401), accounts="listed", actors=actors)
    assert (refused["actor.id"], refused["user.roles"]) == ("ip:203.0.113.5", None)


def test_addresses_of_one_network_of_ipv6_are_one_actor():
    said = [one(line(f"2001:db8:1:2::{host:x}")) for host in (1, 0xFFFF)]
    assert {event["actor.id"] for event in said} == {"ip:2001:db8:1:2::/64"}
    assert {event["source.subnet"] for event in said} == {"2001:db8:1:2::/64"}
    assert [event["source.ip"] for event in said] == ["2001:db8:1:2::1", "2001:db8:1:2::ffff"]
    assert one(line("2001:db8:1:3::1"))["actor.id"] == "ip:2001:db8:1:3::/64"
    assert one(line("2001:db8:1:3::1"), actors={"ipv6_prefix": 56})["actor.id"] == "ip:2001:db8:1::/56"
    assert one(line("2001:db8:1:3::1"), actors={"ipv6_prefix": 128})["actor.id"] == "ip:2001:db8:1:3::1"
    assert one(line("203.0.113.5"))["source.subnet"] is None


@pytest.mark.parametrize(
    ("said", "account"),
    [
        ("arn:aws:sts::123456789012:assumed-role/Support/op3-7", "arn:aws:sts::123456789012:assumed-role/support"),
        ("arn:aws-cn:sts::123456789012:assumed-role/Support/op3", "arn:aws-cn:sts::123456789012:assumed-role/support"),
        ("arn:aws:sts::123456789012:federated-user/op3", "arn:aws:sts::123456789012:federated-user"),
        ("AROAEXAMPLE:op3", "aroaexample"),
        (
            "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Support_0123/anna",
            "arn:aws:sts::123456789012:assumed-role/awsreservedsso_support_0123/anna",
        ),
        ("arn:aws:iam::123456789012:user/support/anna",) * 2,
    ],
)
def test_a_session_name_that_its_user_gives_is_no_account(said, account):
    event = one(line(account=said))
    assert (event["actor.id"], event["user.id"]) == (f"user:{account}", account)
    assert (event["user.original"] or account) == said


def test_roles_whose_sessions_are_people_can_be_named():
    said = "arn:aws:sts::123456789012:assumed-role/Support/anna"
    assert one(line(account=said), actors={"named_sessions": ["supp*"]})["user.id"] == said.lower()


def test_a_pattern_of_a_role_fits_its_sessions_and_none_by_their_name():
    programs = {"service_accounts": ["*:assumed-role/Batch/*", "*/svc-*"]}

    def kind(role, session):
        said = f"arn:aws:sts::123456789012:assumed-role/{role}/{session}"
        return one(line(account=said), actors=programs)["actor.type"]

    assert (kind("Batch", "i-0123"), kind("Support", "svc-1")) == ("service", "human")


@pytest.mark.parametrize(
    "said",
    ["0", "-", "null", "anonymous", "New", "deleted", "undefined", "00000000-0000-0000-0000-000000000000",
     "ffffffff-ffff-ffff-ffff-ffffffffffff", "[FILTERED]", "********", "<no session>", "no-session", "7"],
)  # fmt: skip
def test_a_word_a_mask_and_one_character_over_and_over_are_no_session(said):
    audit = '{"ts":"2026-05-17T07:05:03Z","action":"view","ip":"192.0.2.1","session":%s}'
    found = one(audit % json.dumps(said))
    assert (found["session.id"], found["actor.id"]) == (None, "ip:192.0.2.1")


@pytest.mark.parametrize("said", ["417", "s1", "newton", "00000000-0000-0000-0000-000000000001", "a0"])
def test_whatever_else_stands_there_is_a_session(said):
    audit = '{"ts":"2026-05-17T07:05:03Z","action":"view","ip":"192.0.2.1","session":%s}'
    assert one(audit % json.dumps(said))["actor.id"].startswith("session:")
