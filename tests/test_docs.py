"""The pages say what the code does: tables are up to date, everything is documented, links and commands are real."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from detector.cli import nabat
from detector.decode import Decoder, format_names
from detector.decode.logformat import KINDS
from detector.decode.weblog.layouts import LAYOUTS
from detector.detect.rules import RuleSet, list_rules
from detector.incident import load_regulations
from detector.incident.drills import load_scenarios
from detector.resources import shipped
from detector.schema.events.columns import COLUMNS
from detector.schema.events.facts import FACTS
from detector.settings import Settings
from detector.settings.loading.load_settings import load_settings
from docs import generate

ROOT = Path(__file__).parents[1]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])
READ = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md"), ROOT / "docs/ru/index.md"]
PROMETHEUS = ROOT / "config" / "prometheus"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\(([^)\s]+)\)")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(page: Path, *languages: str) -> list[str]:
    return [body for language, body in FENCE.findall(page.read_text(encoding="utf-8")) if language in languages]


# -- generated parts ---------------------------------------------------------------------------------------------------


def test_the_generated_parts_are_up_to_date(subtests: pytest.Subtests) -> None:
    for page in generate.pages():
        with subtests.test(page=name_of(page)):
            text = page.read_text(encoding="utf-8")
            assert generate.rewrite(text) == text, "run `make docs`"


def test_every_generated_part_stands_on_a_page() -> None:
    standing = {found["name"] for page in generate.pages() for found in generate.MARK.finditer(page.read_text("utf-8"))}
    sections = {name for name, field in Settings.model_fields.items() if generate.inner_model(field.annotation)[0]}
    assert standing == {*generate.PARTS, "settings:top", *(f"settings:{name}" for name in sections)}


# -- everything is documented ------------------------------------------------------------------------------------------


def test_every_settings_key_is_documented_with_a_meaning() -> None:
    page = text_of("docs/configuration.md")
    for path, field in generate.keys(Settings):
        assert field.description, f"{path} has no description"
        assert f"`{path}`" in page or f"\n## {path}\n" in page, path


def test_every_metric_is_documented_and_has_a_name_of_ours() -> None:
    page = text_of("docs/metrics.md")
    names = re.findall(r"^\| `(\w+)`", generate.metrics_table(), re.MULTILINE)
    assert len(names) > 30
    for name in names:
        assert name.startswith("nabat_")
        assert f"`{name}`" in page


def test_every_column_and_fact_is_documented() -> None:
    page = text_of("docs/schema.md")
    assert [one.name for one in (*COLUMNS, *FACTS) if f"`{one.name}`" not in page] == []


def test_every_shipped_rule_is_documented() -> None:
    page = text_of("docs/detection.md")
    assert [rule.id for rule in list_rules(RuleSet.load([shipped("rules")])) if rule.id not in page] == []


def test_every_format_is_documented() -> None:
    pages = "\n".join(map(text_of, ["docs/formats.md", *map(name_of, (ROOT / "docs" / "formats").glob("*.md"))]))
    same = {f"{server}.{layout}" for server in ("nginx", "apache") for layout in LAYOUTS}
    assert [name for name in {*format_names(Settings()), *KINDS} - same if f"`{name}`" not in pages] == []


def test_every_command_is_documented_and_has_help_and_an_example() -> None:
    page = text_of("docs/commands.md")
    assert len(list(generate.commands())) > 20
    for name, command in generate.commands():
        assert f"## {name}\n" in page
        assert command.help, name
        if not isinstance(command, click.Group):
            assert f"{name} " in (command.epilog or "") or f"{name}\n" in (command.epilog or ""), f"{name}: no example"


def test_every_error_class_is_documented() -> None:
    page = text_of("docs/errors.md")
    assert [kind.__name__ for kind in generate.errors() if f"`{kind.__name__}`" not in page] == []


def test_the_example_configuration_shows_every_key() -> None:
    example = yaml.safe_load(text_of("config/nabat.yml"))
    assert [path for path, _ in generate.keys(Settings) if not any(found(example, path.split(".")))] == []


def found(value: object, parts: list[str]) -> list[bool]:
    """Say for each place the path leads to in the example that it is there."""
    if not parts:
        return [True]
    part, rest = parts[0], parts[1:]
    if not isinstance(value, dict):
        return []
    if part == "NAME":
        return [there for one in value.values() for there in found(one, rest)]
    name = part.removesuffix("[]")
    if name not in value:
        return []
    inner = value[name] if part.endswith("[]") else [value[name]]
    return [there for one in inner for there in found(one, rest)]


# -- what is written is real -------------------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as they are made on the usual hosts."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def test_every_link_between_pages_leads_somewhere(subtests: pytest.Subtests) -> None:
    for page in PAGES:
        with subtests.test(page=name_of(page)):
            dead = []
            for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
                if "://" in link:
                    continue
                path, _, anchor = link.partition("#")
                target = (page.parent / path).resolve() if path else page
                if not target.exists() or (anchor and anchor not in anchors(target)):
                    dead.append(link)
            assert dead == []


def invocations(page: Path) -> list[list[str]]:
    """Return the words of every call of nabat in a page's shell blocks."""
    calls = []
    for block in blocks(page, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(re.sub(r"(^|\s)#.*$", "", line), posix=True)
            for at, word in enumerate(words):
                if word == "nabat" and (at == 0 or words[at - 1] in ("|", "&&", ";")):
                    end = next((n for n in range(at, len(words)) if words[n] in ("|", "&&", ";", ">")), len(words))
                    calls.append(words[at + 1 : end])
    return calls


def test_shell_blocks_name_commands_and_options_that_exist(subtests: pytest.Subtests) -> None:
    for page in READ:
        with subtests.test(page=name_of(page)):
            wrong = [shlex.join(call) for call in invocations(page) if not understood(call)]
            assert wrong == []


def understood(call: list[str]) -> bool:
    """Parse a call with the commands' own parser, without running it."""
    command: click.Command = nabat
    context = click.Context(command, info_name="nabat", help_option_names=["-h", "--help"])
    while isinstance(command, click.Group):
        child = command.get_command(context, call[0]) if call else None
        if child is None:
            return bool(call) and call[0] in ("--help", "--version")
        command, call = child, call[1:]
        context = click.Context(command, info_name=command.name, parent=context)
    with context:
        try:
            command.parse_args(context, list(call))
        except click.UsageError:
            return False
    return True


def test_what_the_readme_claims_has_a_command_beside_it_that_exists() -> None:
    rows = text_of("README.md").partition("| claim | shown by |")[2].partition("\n\n")[0].splitlines()[2:]
    shown = [re.findall(r"`((?:nabat|make) [^`]+)`", re.split(r"(?<!\\)\|", row)[2]) for row in rows]
    assert len(rows) > 8
    assert all(shown)
    words = [shlex.split(command.partition(" \\|")[0]) for commands in shown for command in commands]
    assert [call for call in words if call[0] == "nabat" and not understood_but_for_names(call[1:])] == []
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    assert {call[1] for call in words if call[0] == "make"} <= targets
    folders = [Path(part) for call in words for part in " ".join(call).split() if "tests/" in part]
    assert [each for each in folders if not (ROOT / str(each).removeprefix("ARGS=")).exists()] == []


def understood_but_for_names(call: list[str]) -> bool:
    """A command in running text may leave out whom or what it is about."""
    return understood(call) or understood([*call, "X"])


def test_the_shell_blocks_of_the_readme_are_looked_at() -> None:
    assert len(invocations(ROOT / "README.md")) > 8
    assert not understood(["run", "--no-such-option"])
    assert not understood(["no-such-command"])


def test_make_targets_that_pages_name_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    for page in READ:
        for block in blocks(page, "sh"):
            assert {*re.findall(r"^(?:sudo )?make ([a-z]+)", block, re.MULTILINE)} <= targets, page


def test_the_configuration_in_the_readme_is_one_that_works(tmp_path: Path) -> None:
    example = blocks(ROOT / "README.md", "yaml")[0]
    path = tmp_path / "nabat.yml"
    path.write_text(example, encoding="utf-8")
    settings = load_settings(path, {"TOPIC_ANNA": "a", "TOPIC_BORIS": "b", "MAIL_PASSWORD": "p"})
    assert len(settings.records.routes) == 3
    Decoder(settings, session_key=b"key")


def test_the_scenario_of_a_drill_written_in_the_docs_can_be_read(tmp_path: Path) -> None:
    (block,) = (each for each in blocks(ROOT / "docs/response.md", "yaml") if "injects:" in each)
    (tmp_path / "branch-export.yml").write_text(block)
    found = load_scenarios([tmp_path])["branch-export"]
    assert [each.lines is None for each in found.steps] == [False, True]


def test_the_contract_written_in_the_docs_is_a_pack_that_can_be_read(tmp_path: Path) -> None:
    (pack,) = (body for body in blocks(ROOT / "docs/response.md", "yaml") if body.startswith("id: bank-88"))
    (tmp_path / "bank-88.yml").write_text(pack, encoding="utf-8")
    found = load_regulations((f"{tmp_path}/",))["bank-88"]
    assert [stage.id for stage in found.stages] == ["bank-4h", "bank-report"]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_worked_examples_of_the_record_map_are_read(number: int, tmp_path: Path) -> None:
    routes = [body for body in blocks(ROOT / "docs/formats.md", "yaml") if body.startswith("routes:")][number]
    classes = {name: {"confidentiality": "confidential"} for name in ("identity", "contact", "financial")}
    path = tmp_path / "nabat.yml"
    path.write_text(yaml.safe_dump({"records": {"data_classes": classes, **yaml.safe_load(routes)}}), encoding="utf-8")
    Decoder(load_settings(path), session_key=b"key")


@pytest.mark.parametrize("number", [0, 1], ids=["a VIP's document", "touches that nothing explains"])
def test_the_rules_written_in_the_docs_pass_their_samples(tmp_path: Path, number: int) -> None:
    from detector.detect.rules import RuleContext
    from detector.detect.rules import test_rules as run_samples

    page = ROOT / "docs/detection.md"
    (tmp_path / "vip.yml").write_text(blocks(page, "yaml")[number], encoding="utf-8")
    (tmp_path / "vip.samples").write_text(
        [body for body in blocks(page, "text") if body.startswith("== ")][number], encoding="utf-8"
    )
    results = run_samples([tmp_path], RuleContext())
    assert len(results) == 2
    assert all(result.ok for result in results)


def test_the_sigma_fields_in_the_docs_are_mapped() -> None:
    web = yaml.safe_load(text_of("config/logsources/others.yml"))["sources"][0]["fields"]
    page = text_of("docs/detection.md")
    listed = page[page.index("| Sigma | column |") : page.index("Any other field of a web rule")]
    fields = [name for row in listed.splitlines()[2:] for name in re.findall(r"`([\w-]+)`", row.partition(" | ")[0])]
    assert len(fields) > 25
    assert [name for name in fields if name not in web] == []


def test_no_page_holds_a_placeholder_or_speaks_of_how_it_was_made(subtests: pytest.Subtests) -> None:
    for page in PAGES:
        with subtests.test(page=name_of(page)):
            text = page.read_text(encoding="utf-8")
            assert re.findall(r"\b(?:TODO|FIXME|TBD|XXX|lorem ipsum|coming soon)\b", text, re.IGNORECASE) == []
            assert re.findall(r"/(?:work|tmp|root)/|issue #?\d", text) == []


def test_every_decision_says_context_decision_and_price(subtests: pytest.Subtests) -> None:
    for record in sorted((ROOT / "docs/adr").glob("[0-9]*.md")):
        with subtests.test(record=record.name):
            text = record.read_text(encoding="utf-8")
            parts = re.split(r"^## ", text, flags=re.MULTILINE)
            assert [part.splitlines()[0] for part in parts[1:]] == ["Context", "Decision", "What we gave up"]
            assert all(len(part.split()) > 20 for part in parts[1:]), "a part says too little"
            assert len(text.split()) < 450, "half a page"
            assert f"({record.name})" in text_of("docs/adr/README.md")


# -- the site ----------------------------------------------------------------------------------------------------------


def test_the_site_builds_without_a_broken_link_and_loads_nothing_from_other_hosts(tmp_path: Path) -> None:
    pytest.importorskip("material", reason="mkdocs-material is not installed (make setup)")
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    loaded = re.compile(
        r"""<(?:script|img|iframe)\b[^>]*\bsrc=["']?(?:https?:)?//|<link\b[^>]*\bhref=["']?(?:https?:)?//"""
    )
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > 80
    assert [page for page in pages if loaded.search(page.read_text(encoding="utf-8"))] == []
    assert [
        css for css in tmp_path.rglob("*.css") if re.search(r"url\(.?https?:", css.read_text(encoding="utf-8"))
    ] == []
    assert (
        "Client ids are tried one after another"
        in (tmp_path / "repository/rules/access/sequential-ids.yml.html").read_text()
    )


# -- Prometheus and Grafana --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    ["check rules alerts.yml", "test rules alerts.test.yml", "check config prometheus.yml"],
)
def test_promtool_accepts_the_alert_rules(call: str) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed (Debian: prometheus)")
    done = subprocess.run(
        [promtool, *call.split()], cwd=PROMETHEUS, capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_says_what_to_do_and_is_tested_and_explained() -> None:
    groups = yaml.safe_load(text_of("config/prometheus/alerts.yml"))["groups"]
    tests, page = text_of("config/prometheus/alerts.test.yml"), text_of("docs/operating.md")
    for rule in (rule for group in groups for rule in group["rules"]):
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["action"]
        assert f"`{rule['alert']}`" in page
        assert rule["alert"] in tests


def test_alerts_and_dashboard_use_metrics_and_labels_that_exist() -> None:
    known = generate.metric_names()
    dashboard = json.loads(text_of("config/grafana/nabat.json"))
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    queries += [variable["query"] for variable in dashboard["templating"]["list"]]
    queries.append(text_of("config/prometheus/alerts.yml"))
    used = {name for query in queries for name in re.findall(r"\bnabat_\w+", query)}
    assert len(used) > 20
    assert used - known == set()


def test_the_dashboard_has_panels_that_do_not_overlap() -> None:
    dashboard = json.loads(text_of("config/grafana/nabat.json"))
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"]) >= 10
    taken: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells
