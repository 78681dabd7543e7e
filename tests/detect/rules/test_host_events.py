"""Events of machines as tools that read evtx write them, and Sysmon's for Linux: rules find them, whoever they name."""

import json
from typing import Any

import pytest

from detector.decode import Decoder
from detector.detect.rules import RuleDetector, RuleSet
from tests.decode.batches import KEY, batch_of, settings_for

SYSMON = "Microsoft-Windows-Sysmon"
LINUX = (
    '2026-06-08T05:28:19.188419+00:00 ws7 sysmon: <Event><System><Provider Name="Linux-Sysmon"/><EventID>{}</EventID>'
    '<TimeCreated SystemTime="2026-06-08T05:28:19.188276000Z"/><Channel>Linux-Sysmon/Operational</Channel>'
    '<Computer>ws7</Computer></System><EventData><Data Name="Image">/usr/bin/dash</Data>'
    '<Data Name="CommandLine">/bin/sh -c id</Data><Data Name="User">{}</Data></EventData></Event>'
)


def windows(provider: str, channel: str, number: int, *, user_data: bool = False, **data: Any) -> str:
    name = {"#attributes": {"Name": provider}}
    time = {"#attributes": {"SystemTime": "2026-03-02T10:00:00.1234567Z"}}
    system = {"Provider": name, "EventID": number, "TimeCreated": time, "Channel": channel, "Computer": "PC7"}
    around = {"UserData": {"LogFileCleared": data}} if user_data else {"EventData": data}
    return json.dumps({"Event": {"System": system | {"Keywords": "0x8000000000000000"}, **around}})


def winlogbeat(channel: str, number: int, **data: str) -> str:
    told = {"channel": channel, "computer_name": "PC7", "event_id": str(number), "event_data": data}
    return json.dumps({"@timestamp": "2026-03-02T10:00:00.123Z", "winlog": told})


XML = (
    '<Event><System><Provider Name="Microsoft-Windows-Sysmon"/><EventID>{}</EventID>'
    '<TimeCreated SystemTime="2026-03-02T10:00:00.123Z"/><Channel>Microsoft-Windows-Sysmon/Operational</Channel>'
    "<Computer>PC7</Computer></System><EventData>{}</EventData></Event>"
)
HASHES = f"SHA1={'12' * 20},MD5={'AB' * 16},SHA256={'CD' * 32},IMPHASH={'EF' * 16}"
DEFENDER = {"Threat Name": "Tool:Win32/EICAR", "Source Name": "Real-Time Protection", "Detection User": r"PC7\anna"}
CASES = {
    "sysmon, a thread nobody is named for": (
        {"category": "create_remote_thread", "product": "windows"},
        {"s": {"SourceImage|endswith": r"\powershell.exe"}, "f": {"SourceParentImage|endswith": "x"},
         "condition": "s and not f"},
        ("windows.json", windows(SYSMON, f"{SYSMON}/Operational", 8, SourceImage=r"C:\bin\powershell.exe")),
        "host:PC7",
    ),
    "sysmon, a process of a person": (
        {"category": "process_creation", "product": "windows"},
        {"s": {"Image|endswith": r"\whoami.exe"}, "condition": "s"},
        ("windows.json", windows(SYSMON, f"{SYSMON}/Operational", 1, Image=r"C:\bin\whoami.exe", User=r"CORP\anna")),
        "user:anna",
    ),
    "sysmon, a process of the machine": (
        {"category": "process_creation", "product": "windows"},
        {"s": {"Image|endswith": r"\whoami.exe"}, "condition": "s"},
        ("windows.json",
         windows(SYSMON, f"{SYSMON}/Operational", 1, Image=r"C:\bin\whoami.exe", User=r"NT AUTHORITY\SYSTEM")),
        "host:PC7",
    ),
    "defender, whose fields have spaces in their names": (
        {"service": "windefend", "product": "windows"},
        {"s": {"EventID": 1119, "SourceName": "Real-Time Protection", "ThreatName|contains": "EICAR"},
         "condition": "s"},
        ("windows.json", windows("Microsoft-Windows-Windows Defender", "Microsoft-Windows-Windows Defender/Operational",
                                 1119, **DEFENDER)),
        r"user:\\pc7\anna",
    ),
    "a log that was cleared": (
        {"service": "security", "product": "windows"},
        {"s": {"EventID": 1102, "Provider_Name": "Microsoft-Windows-Eventlog"}, "condition": "s"},
        ("windows.json",
         windows("Microsoft-Windows-Eventlog", "Security", 1102, user_data=True, SubjectUserName="admin01")),
        "user:admin01",
    ),
    "sysmon for linux": (
        {"category": "process_creation", "product": "linux"},
        {"s": {"CommandLine|endswith": " id", "Image|endswith": "/dash"}, "condition": "s"},
        ("syslog", LINUX.format(1, "anna")),
        "user:anna",
    ),
    "sysmon for linux, another kind of event": (
        {"category": "process_creation", "product": "linux"},
        {"s": {"CommandLine|endswith": " id"}, "condition": "s"},
        ("syslog", LINUX.format(3, "anna")),
        None,
    ),
    "sysmon, a field that is empty": (
        {"category": "create_remote_thread", "product": "windows"},
        {"s": {"StartModule": "", "StartFunction": None}, "condition": "s"},
        ("windows.json", windows(SYSMON, f"{SYSMON}/Operational", 8, StartModule="")),
        "host:PC7",
    ),
    "sysmon, a field that is absent and not empty": (
        {"category": "create_remote_thread", "product": "windows"},
        {"s": {"StartModule": ""}, "condition": "s"},
        ("windows.json", windows(SYSMON, f"{SYSMON}/Operational", 8, StartFunction="x")),
        None,
    ),
    "sysmon, a field that is empty and not absent": (
        {"category": "create_remote_thread", "product": "windows"},
        {"s": {"StartModule": None}, "condition": "s"},
        ("windows.json", windows(SYSMON, f"{SYSMON}/Operational", 8, StartModule="")),
        None,
    ),
    "sysmon in XML, a field that is empty": (
        {"category": "create_remote_thread", "product": "windows"},
        {"s": {"StartModule": "", "StartFunction": None}, "condition": "s"},
        ("windows.xml", XML.format(8, '<Data Name="StartModule"/>')),
        "host:PC7",
    ),
    "sysmon in XML, characters that XML has no place for": (
        {"category": "process_creation", "product": "windows"},
        {"s": {"CommandLine|contains": "whoami", "Image|endswith": "\n"}, "condition": "s"},
        ("windows.xml",
         XML.format(1, '<Data Name="CommandLine">\x01whoami&#x1F;&#2;</Data><Data Name="Image">a&#xA;</Data>')),
        "host:PC7",
    ),
    "sysmon in XML, a blank at the end of a value": (
        {"category": "process_creation", "product": "windows"},
        {"s": {"CommandLine|endswith": ".exe "}, "condition": "s"},
        ("windows.xml", XML.format(1, '<Data Name="CommandLine">a.exe </Data>')),
        "host:PC7",
    ),
    "sysmon in Winlogbeat's words, a field that is empty": (
        {"category": "create_remote_thread", "product": "windows"},
        {"s": {"StartModule": "", "StartFunction": None}, "condition": "s"},
        ("windows.json", winlogbeat(f"{SYSMON}/Operational", 8, StartModule="")),
        "host:PC7",
    ),
    "sysmon for linux, a field that is empty": (
        {"category": "process_creation", "product": "linux"},
        {"s": {"CurrentDirectory": "", "ParentImage": None}, "condition": "s"},
        ("syslog", LINUX.format(1, '</Data><Data Name="CurrentDirectory">')),
        "host:ws7",
    ),
    "sysmon, hashes one by one": (
        {"category": "driver_load", "product": "windows"},
        {"s": {"md5": "ab" * 16, "sha1": "12" * 20, "sha256": "cd" * 32, "Imphash": "ef" * 16}, "condition": "s"},
        ("windows.json", windows(SYSMON, f"{SYSMON}/Operational", 6, Hashes=HASHES)),
        "host:PC7",
    ),
    "sysmon, the hash of what is imported, as Sigma's own list of names has it": (
        {"category": "process_creation", "product": "windows"},
        {"s": {"imphash": "ef" * 16}, "condition": "s"},
        ("windows.json", windows(SYSMON, f"{SYSMON}/Operational", 1, Hashes=HASHES)),
        "host:PC7",
    ),
    "sysmon, hashes in one field": (
        {"category": "driver_load", "product": "windows"},
        {"s": {"Hashes|contains": f"imphash={'ef' * 16}"}, "condition": "s"},
        ("windows.json", windows(SYSMON, f"{SYSMON}/Operational", 6, Hashes=HASHES)),
        "host:PC7",
    ),
    "sysmon, the hashes of a stream": (
        {"category": "create_stream_hash", "product": "windows"},
        {"s": {"Imphash": "ef" * 16}, "condition": "s"},
        ("windows.json", windows(SYSMON, f"{SYSMON}/Operational", 15, Hash=HASHES)),
        "host:PC7",
    ),
    "sysmon for linux, hashes one by one": (
        {"category": "process_creation", "product": "linux"},
        {"s": {"sha256": "cd" * 32}, "condition": "s"},
        ("syslog", LINUX.format(1, f'anna</Data><Data Name="Hashes">SHA256={"cd" * 32}')),
        "user:anna",
    ),
    "defender, names with an underscore for the space": (
        {"service": "windefend", "product": "windows"},
        {"s": {"New_Value|contains": "DisableAntiSpyware", "NewValue|endswith": "0x1"}, "condition": "s"},
        ("windows.json", windows("Microsoft-Windows-Windows Defender", "Microsoft-Windows-Windows Defender/Operational",
                                 5007, **{"New Value": r"HKLM\Windows Defender\DisableAntiSpyware = 0x1"})),
        "host:PC7",
    ),
    "values without names in Winlogbeat's words": (
        {"category": "ps_classic_provider_start", "product": "windows"},
        {"s": {"Data|contains": "Set-MpPreference"}, "condition": "s"},
        ("windows.json", winlogbeat("Windows PowerShell", 600, param1="Environment", param2="Started",
                                    param3="HostApplication=powershell.exe Set-MpPreference")),
        "host:PC7",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("logsource", "detection", "line", "actor"), CASES.values(), ids=CASES)
def test_a_rule_finds_its_event_and_says_who_or_on_which_machine(write, logsource, detection, line, actor):
    settings = settings_for(format=line[0])
    frame = Decoder(settings, session_key=KEY).decode(batch_of([line[1]])).frame
    rule = {"title": "T", "id": "5f0c0c5e-0000-4000-8000-0000000000ef", "status": "test", "level": "high"}
    detector = RuleDetector(RuleSet.load([write({**rule, "logsource": logsource, "detection": detection})]), settings)
    assert frame.height == 1
    _, findings = detector.step(detector.empty(), frame)
    assert [finding.actor_id for finding in findings] == ([actor] if actor else [])


@pytest.mark.parametrize(("user", "found"), [("anna", ["user:anna"]), ("boris", [])])
def test_a_correlation_over_a_correlation_groups_by_a_field_of_the_log(write, user, found):
    security = {"product": "windows", "service": "security"}
    rules = [
        {"title": name, "id": name, "name": name, "logsource": security,
         "detection": {"s": {"EventID": number}, "condition": "s"}}
        for name, number in (("failed", 4625), ("succeeded", 4624))
    ]  # fmt: skip
    many = {"type": "event_count", "rules": ["failed"], "group-by": ["TargetUserName", "IpAddress"], "timespan": "1h",
            "condition": {"gte": 3}}  # fmt: skip
    then = {"type": "temporal_ordered", "rules": ["many", "succeeded"], "group-by": ["TargetUserName"],
            "timespan": "1h"}  # fmt: skip
    rules += [
        {"title": name, "id": name, "name": name, "correlation": what}
        for name, what in (("many", many), ("then", then))
    ]
    settings = settings_for(format="windows.json")
    provider = "Microsoft-Windows-Security-Auditing"
    lines = [windows(provider, "Security", 4625, TargetUserName="anna", IpAddress="192.0.2.7") for _ in range(3)]
    lines.append(windows(provider, "Security", 4624, TargetUserName=user, IpAddress="198.51.100.9"))
    detector = RuleDetector(RuleSet.load([write(*rules)]), settings)
    _, findings = detector.step(detector.empty(), Decoder(settings, session_key=KEY).decode(batch_of(lines)).frame)
    assert [finding.actor_id for finding in findings if finding.rule_id == "then"] == found
