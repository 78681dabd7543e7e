"""The configuration at the command line: `nabat check`, and what each command needs of it."""

import json
from pathlib import Path

import pytest
import yaml

from detector.resources import shipped
from tests.runtime.places import NIGHT, bulk, line, nabat, plan, write_plan


def rows_of(text: str, config: Path) -> list[tuple[int, str]]:
    """Return line and words of each complaint about the configuration."""
    begin = f"nabat: {config}:"
    found = [row.removeprefix(begin).partition(": ") for row in text.splitlines() if row.startswith(begin)]
    return [(int(number), what) for number, _, what in found]


def written(tmp_path: Path) -> Path:
    """Write a configuration with mistakes of every kind: form, names within, names without, targets, folders."""
    config = plan(
        tmp_path,
        langage="en",
        formats=["no-formats"],
        actors={"roles_file": "no-roles.csv"},
        rules={"shipped": False, "paths": ["no-rules"]},
        incident={"regulations": ["eu-gdpr33"], "playbooks": ["no-playbooks"]},
        database={"url": "mysql://db.example.org/nabat"},
    )
    config["records"]["routes"][0]["path"] = "/ok/{client"
    config["records"]["routes"][1]["classes"] = ["contcat"]
    config["team"]["people"][0]["targets"] = ["ana"]
    config["team"]["roles"]["soc"] = ["bori"]
    config["notify"]["targets"]["lev"]["url"] = "carrier-pigeon://loft"
    path = tmp_path / "nabat.yml"
    path.write_text(yaml.safe_dump(config, sort_keys=False))
    return path


WORDS = [
    "unknown key langage (did you mean language?)",
    "no-formats",
    "no-roles.csv",
    "'eu-gdpr33' (did you mean eu-gdpr-33?)",
    "no-playbooks",
    "a lonely {",
    "'contcat' is not defined under records.data_classes (did you mean contact?)",
    "'ana' of anna is not defined under notify.targets (did you mean anna?)",
    "'bori', who holds the role soc, is not among team.people (did you mean boris?)",
]


def test_check_tells_mistakes_of_form_of_names_and_of_what_is_named_together_in_the_order_of_lines(
    tmp_path: Path,
) -> None:
    config = written(tmp_path)
    done = nabat("check", "-c", str(config))
    assert done.returncode == 2
    found = rows_of(done.stderr, config)
    assert [number for number, _ in found] == sorted(number for number, _ in found)
    lines = config.read_text().splitlines()
    for word in [*WORDS, "no-rules", "database.url names neither", "the target lev is of no kind that Apprise knows"]:
        (number,) = [number for number, what in found if word in what]
        assert number > 0
    (at,) = [number for number, what in found if "'bori'" in what]
    assert "bori" in lines[at - 1]


@pytest.mark.parametrize("words", [("run",), ("train",), ("incidents", "list"), ("replay", "--out", "out")])
def test_every_command_that_needs_the_configuration_tells_all_that_stops_it(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    config = written(tmp_path)
    done = nabat(*words, "-c", str(config))
    assert (done.returncode, done.stdout) == (2, "")
    found = rows_of(done.stderr, config)
    for word in WORDS:
        assert any(word in what for _, what in found), (word, done.stderr)


def test_names_within_a_sound_form_are_told_with_their_lines_too(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(bulk(5))
    config = write_plan(tmp_path)
    config.write_text(config.read_text().replace("format: combined", "format: combind"))
    for words in (("check",), ("run",), ("decode", str(tmp_path / "access.log"))):
        done = nabat(*words, "-c", str(config))
        assert done.returncode == 2
        ((number, what),) = [row for row in rows_of(done.stderr, config) if "combind" in row[1]]
        assert "format: combind" in config.read_text().splitlines()[number - 1]
        assert "did you mean combined?" in what


def test_check_warns_of_links_that_open_here_only_and_of_people_without_accounts_and_is_content_all_the_same(
    tmp_path: Path,
) -> None:
    (tmp_path / "access.log").write_text(bulk(5))
    done = nabat("check", "-c", str(write_plan(tmp_path)))
    assert done.returncode == 0, done.stderr
    assert "warning:" in done.stderr
    assert "set web.public_url" in done.stderr
    web = {"enabled": False, "public_url": "https://nabat.example.org"}
    own = {"targets": {name: {"url": f"json://127.0.0.1:9/{name}"} for name in ("anna", "boris", "lev", "dina")}}
    done = nabat("check", "-c", str(write_plan(tmp_path, web=web, notify=own)))
    assert (done.returncode, "warning" in done.stderr) == (0, False)
    people = [{"name": "anna", "targets": ["anna"]}, {"name": "lev", "accounts": ["user:l.k"], "targets": ["lev"]}]
    people += [{"name": "dina", "accounts": ["user:d.k"], "targets": ["anna"]}]
    team = {"people": people, "roles": {"soc": ["anna"]}}
    done = nabat("check", "-c", str(write_plan(tmp_path, web=web, team=team, notify=own)))
    assert (done.stderr.count("has no accounts"), "only 'anna' is known as theirs" in done.stderr) == (1, True)
    shared = [each for each in done.stderr.splitlines() if "has no target that nobody else reads" in each]
    assert len(shared) == 2, "anna's chat is dina's"
    assert "sent to anna about dina" in shared[0]
    done = nabat("check", "-c", str(write_plan(tmp_path, team={"people": []})))
    assert (done.returncode, "public_url" in done.stderr) == (2, False)


def test_check_of_the_demonstrations_configuration_says_who_writes_what_is_not_there_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NABAT_DEMO", str(tmp_path))
    done = nabat("check", "-c", str(shipped("config", "demo.yml")))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("no file yet; `nabat run --demo` writes it") == 3
    copy = tmp_path / "mine.yml"
    copy.write_text(shipped("config", "demo.yml").read_text().replace("roles_file: demo-roles.csv", "roles_file: ''"))
    done = nabat("check", "-c", str(copy))
    assert (done.returncode, done.stderr.count("no file fits the paths")) == (2, 3)


def test_a_command_is_not_stopped_by_secrets_it_does_not_need_and_still_by_real_mistakes(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_text(line(NIGHT, 1000))
    targets = {
        name: {"url": "ntfy://${NABAT_TEST_TOKEN}@push.example.org/x"} for name in ("anna", "boris", "lev", "dina")
    }
    config = write_plan(tmp_path, database={"url": "${NABAT_TEST_DB}"}, notify={"targets": targets})
    for words in (("decode", str(log)), ("rules", "list"), ("replay", "--out", str(tmp_path / "out"))):
        done = nabat(*words, "-c", str(config))
        assert done.returncode == 0, done.stderr
    done = nabat("decode", str(log), "-c", str(config))
    assert json.loads(done.stdout)["fields"]["subject.ids"] == ["1000"]
    for words in (("run",), ("check",), ("notify", "test"), ("incidents", "list")):
        done = nabat(*words, "-c", str(config))
        assert done.returncode == 2
        assert "is not set" in done.stderr
    config.write_text(config.read_text().replace("service: crm", "servce: crm", 1))
    done = nabat("decode", str(log), "-c", str(config))
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean service?" in done.stderr
    assert "NABAT_TEST" not in done.stderr


def test_check_says_what_notices_of_a_law_lack_and_what_is_wrong_with_own_templates_and_the_letterhead(
    tmp_path: Path,
) -> None:
    (tmp_path / "access.log").write_text(bulk(5))
    ours = {"name": "Example Ltd", "email": "privacy@example.org"}
    done = nabat("check", "-c", str(write_plan(tmp_path, organization=ours, incident={"regulations": ["ru-152fz"]})))
    assert done.returncode == 0
    lacking = "law ru-152fz: its notices name you by organization.inn, organization.address, organization.contact"
    assert lacking in done.stdout + done.stderr
    (tmp_path / "texts" / "ru").mkdir(parents=True)
    (tmp_path / "texts" / "ru" / "notice.md").write_text("a\n{{ organisation.name }}\n")
    (tmp_path / "logo.png").write_text("<svg/>")
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "ours.yml").write_text("language: en\nrules: []\n")
    own = {"templates": ["texts"], "wording": ["words", "none"]}
    changes = {"organization": ours | {"logo": "logo.png"}, "incident": own}
    done = nabat("check", "-c", str(write_plan(tmp_path, **changes)))
    assert done.returncode == 2
    assert "notice.md:2: nothing is called 'organisation' here" in done.stderr
    assert "logo.png: is neither a PNG nor a JPEG picture" in done.stderr
    assert "words/ours.yml:2:" in done.stderr
    assert "there is no folder" in done.stderr
