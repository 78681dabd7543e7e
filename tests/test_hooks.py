"""The checks of the git hooks: what they refuse, and that the repository passes them."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

ROOT = Path(__file__).parents[1]


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"ci_{name}", ROOT / ".ci" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


samples, commit_message = script("samples"), script("commit_message")


@pytest.mark.parametrize(
    "line",
    [
        "192.0.2.7 198.51.100.255 203.0.113.1 10.1.2.3 172.31.0.1 192.168.4.4 127.0.0.1 0.0.0.0",
        "2001:db8:7::1, [2001:db8::2]:443, fe80::1, ::1, 2000::/3, 2026-03-02T09:14:03",
        "Mozilla/5.0 (X11) Chrome/120.0.0.0, version 1.2.3, 1.2.3.4.5",
        "anna@example.org, olga@mail.example.com, git@bank.example, system@okta.com, root@db1",
        "${NTFY_TOPIC} TOKEN AKIAIOSFODNN7EXAMPLE ghp_short eyJhbGciOiJI",
    ],
)
def test_what_documentation_may_hold_is_accepted(line: str) -> None:
    assert list(samples.problems(line)) == []


# Put together here, so that the check does not find this file.
@pytest.mark.parametrize(
    "text",
    [
        "8.8." + "8.8 - - [21/May/2026:03:00:07 +0300]",
        "client=[2a00:1450:" + "4010::8b]:443",
        "user=anna" + "@gmail.com",
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a1B2" * 9,
        "xoxb-" + "123456789012",
        "tgram://123456789:" + "AA" + "x" * 33 + "/1",
        "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmNHl0w5N",
    ],
)
def test_what_may_be_real_is_found_with_its_line(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "access.log"
    path.write_text(f"192.0.2.1 - -\n{text}\n", encoding="utf-8")
    assert samples.main([str(path)]) == 1
    assert f"{path}:2: " in capsys.readouterr().out


def test_no_file_of_the_repository_holds_a_real_address_or_a_secret(capsys: pytest.CaptureFixture[str]) -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    assert samples.main([]) == 0, capsys.readouterr().out


def test_the_repository_is_spelled_right() -> None:
    pytest.importorskip("codespell_lib", reason="codespell is not installed (make setup)")
    call = [sys.executable, "-m", "codespell_lib"]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "message",
    [
        "decode: read S3 batch deletes\n",
        "rules: focus on exports\n\nWhy, in a line.\nhttps://example.org/" + "a" * 90 + "\n",
        "store/journal: pass it\n# a comment of git longer than eighty characters, as those of git are now and then\n",
        "tests: feed lines\n\n# ------------------------ >8 ------------------------\ndiff --git " + "a " * 90,
        "Merge branch 'site'\n",
        'Revert "decode: read S3 batch deletes"\n',
    ],
)
def test_a_commit_message_in_the_form_is_accepted(message: str) -> None:
    assert list(commit_message.problems(message)) == []


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ("read S3 batch deletes", "area: what changes"),
        ("", "area: what changes"),
        ("rules, docs: focus on exports", "area: what changes"),
        ("decode: added S3 batch deletes", "`added`"),
        ("decode: Adds S3 batch deletes", "`adds`"),
        ("decode: reading S3 batch deletes", "`reading`"),
        ("decode: read S3 batch deletes.", "full stop"),
        ("decode: " + "x" * 65, "73 characters"),
        ("decode: read\nwithout an empty line", "second line"),
        ("decode: read\n\n" + "a line " * 12, "wrap the body"),
    ],
)
def test_a_commit_message_out_of_form_is_refused(message: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "COMMIT_EDITMSG"
    path.write_text(message, encoding="utf-8")
    assert commit_message.main(str(path)) == 1
    assert [each for each in commit_message.problems(message) if problem in each]


def test_hooks_are_local_and_run_what_the_environment_and_the_repository_hold() -> None:
    repositories = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert [each["repo"] for each in repositories] == ["local"]
    for hook in repositories[0]["hooks"]:
        assert hook["language"] == "system"
        program, *rest = hook["entry"].split()
        assert program.startswith(".venv/bin/")
        assert [word for word in rest if word.endswith(".py") and not (ROOT / word).is_file()] == []
