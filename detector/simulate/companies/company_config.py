"""The configuration that fits a company: sources, record map, accounts, networks, a team.

Comes in: a shape, the world and which logs there are. Goes out: the text of nabat.yml. The record map follows from the
words in which the logs are written.
"""

from collections.abc import Sequence

from detector.simulate.companies.shape import CompanyShape, Verb, WorldTerms

_TEAM = """
behaviour:
  enabled: true

team:
  people:
    - { name: lead, title: Incident lead, targets: [desk] }
    - { name: anna, title: Anna (security), targets: [desk, backup] }
    - { name: boris, title: Boris (security), targets: [desk, backup] }
    - { name: dpo, title: Data protection officer, targets: [desk] }
    - { name: olga, title: Olga (owner of the system), targets: [desk] }
    - { name: press, title: Press office, targets: [desk] }
    - { name: care, title: Client care, targets: [desk] }
    - { name: hr, title: Human resources, targets: [desk] }
    - { name: director, title: Director, targets: [desk] }
  roles:
    lead: [lead, olga]
    dep: [olga, lead]
    scr: [hr, care]
    soc: [anna, boris]
    own: [olga]
    dpo: [dpo, lead]
    com: [press, director]
    care: [care, press]
    hr: [hr, director]
    exe: [director]
    fin: [director, lead]
    ext: [lead]

notify:
  # Both need nothing outside this machine: pages go to the system's syslog. Write your own Apprise URLs here.
  targets:
    desk: { url: "syslog://user" }
    backup: { url: "syslog://daemon" }
  oncall_role: soc
"""


def nabat_yml(shape: CompanyShape, terms: WorldTerms, logs: Sequence[str]) -> str:
    """Return the text of the configuration, for a folder in which logs and roles lie beside it."""
    lines = [
        f"# {shape.title}, a simulated company, in this folder. Try: nabat replay -c nabat.yml --out replayed",
        "",
        "state: state",
        "language: en",
        "timezone: UTC",
        f"organization: {shape.title}",
        "",
        "sources:",
    ]
    formats = {"web": shape.web, "audit": shape.audit}
    for log in logs:
        lines.append(f"  - {{ name: {shape.service}-{log}, paths: [{shape.files[log]}], format: {formats[log]},")
        late = ", lateness: 5m" if terms.held and log == "audit" else ""
        lines.append(f"      service: {shape.service}, start: beginning{late} }}")
    lines += ["", "records:", "  watched: watched.csv", "  data_classes:"]
    lines += [
        f'    {name}: {{ confidentiality: {grade}, title: "{title}", title_ru: "{russian}", enisa: {enisa} }}'
        for name, (grade, title, russian, enisa) in shape.data_classes.items()
    ]
    lines += ["  # The first route that fits counts.", "  routes:"]
    for log in logs:
        lines += [f"    - {{ {route} }}" for route in _routes(shape, log)]
    lines += [
        "",
        "actors:",
        "  roles_file: roles.csv",
        "  leave: leave.csv",
        '  service_accounts: ["svc-*", "ptn-*"]',
        "  networks:",
    ]
    lines += [
        "    office: [10.20.0.0/16, 192.0.2.0/25]",
        "    vpn: [10.99.0.0/24]",
        "    servers: [10.1.0.0/16]",
        "    partner: [198.51.100.128/26]",
    ]
    return "\n".join(lines) + "\n" + _TEAM


def _routes(shape: CompanyShape, log: str) -> list[str]:
    if log == "web":
        return [_web_route(shape, verb) for verb in shape.verbs.values()]
    if shape.audit == "audit.json":
        return [_audit_route(shape, verb) for verb in shape.verbs.values() if verb.word]
    # Of the verbs that read one table the one with most classes says what it holds.
    verbs = sorted(shape.verbs.values(), key=lambda verb: -len(verb.classes))
    tables = {verb.table: verb for verb in reversed(verbs) if verb.action != "update" and "{client_id}" in verb.sql}
    return [_table_route(shape, verb) for verb in tables.values()]


def _quoted(path: str) -> str:
    return f'"{path}"' if "{" in path else path


def _object(verb: Verb) -> str:
    return f", object: {verb.object}, classes: [{', '.join(verb.classes)}]" if verb.object else ""


def _web_route(shape: CompanyShape, verb: Verb) -> str:
    text = f"service: {shape.service}, path: {_quoted(verb.path)}, methods: [{verb.method}]"
    text += f", action: {verb.action}{_object(verb)}"
    if "{client_id}" in verb.path and verb.object:
        text += ', subject: "{client_id}"'
    if verb.action == "download":
        text += ', record: "{document_id}"'
    return text + (f", bytes_per_record: {verb.row_bytes}" if verb.row_bytes else "")


def _audit_route(shape: CompanyShape, verb: Verb) -> str:
    text = f"service: {shape.service}, when: {{ action: {verb.word} }}, action: {verb.action}{_object(verb)}"
    if verb.object and verb.action != "export":
        text += f", subject: field:client_id{'s' if verb.action in ('search', 'list') else ''}"
    if verb.action == "download":
        text += ", record: field:document_id"
    return text + (", count: field:rows" if verb.action in ("search", "list", "export") else "")


def _table_route(shape: CompanyShape, verb: Verb) -> str:
    column = "id" if verb.table.endswith(".clients") else "client_id"
    return f"service: {shape.service}, table: {verb.table}{_object(verb)}, subject: where:{column}"
