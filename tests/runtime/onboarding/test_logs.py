"""Named files become sources: copies of one log are one, and its pattern finds exactly them."""

import os
from pathlib import Path

import pytest

from detector.acquire import files_of, fits
from detector.errors import InputError
from detector.runtime.onboarding.log_groups import group_logs
from detector.settings import SourceSettings
from detector.settings.loading.load_settings import load_settings


def made(folder: Path, *names: str) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text("a line\n")
    return [str(folder / name) for name in names]


@pytest.mark.parametrize(
    ("names", "pattern", "name"),
    [
        (["crm.access.log", "crm.access.log.1", "crm.access.log.2.gz"], "crm.access.log", "crm"),
        (["u_ex260301.log", "u_ex260302.log"], "u_ex*.log", "nginx"),
        (["u_ex260301.log"], "u_ex*.log", "nginx"),
        (["portal-2026-03-01.log", "portal-2026-03-02.log.gz"], "portal-*.log", "portal"),
        (["access.log.1", "access.log.2.gz"], "access.log*", "nginx"),
        (["a[1]{x}${HOME}.log"], "a[[]1][{]x}[$][{]HOME}.log", "a-x"),
    ],
)
def test_copies_of_one_log_are_one_source(tmp_path: Path, names: list[str], pattern: str, name: str) -> None:
    folder = tmp_path / "nginx"
    (group,) = group_logs(made(folder, *names))
    assert (group.pattern, group.name) == (f"{folder}/{pattern}", name)
    source = SourceSettings(name=group.name, paths=(group.pattern,), service=group.name)
    assert all(fits(source, file) for file in group.files)
    assert files_of(source)


def test_files_of_one_log_are_read_in_the_order_they_were_written_whatever_their_times_say(tmp_path: Path) -> None:
    (group,) = group_logs(made(tmp_path, "crm.log", "crm.log.1", "crm.log.10.gz", "crm.log.2.gz"))
    names = [os.path.basename(file) for file in group.files]
    assert names == ["crm.log.10.gz", "crm.log.2.gz", "crm.log.1", "crm.log"]


def test_copies_beside_a_named_log_are_counted_and_not_read(tmp_path: Path) -> None:
    named, *_ = made(tmp_path, "crm.log", "crm.log.1", "crm.log.2.gz", "other.log")
    (group,) = group_logs([named])
    assert group.files == (named,)
    assert [os.path.basename(copy) for copy in group.copies] == ["crm.log.1", "crm.log.2.gz"]


def test_different_logs_are_different_sources_with_names_of_their_own(tmp_path: Path) -> None:
    names = made(tmp_path / "crm", "access.log") + made(tmp_path / "shop" / "crm", "access.log")
    first, second = group_logs(names)
    assert (first.name, second.name) == ("crm", "crm-2")


def test_a_pattern_with_a_variable_in_the_name_is_no_variable_of_the_configuration(tmp_path: Path) -> None:
    (group,) = group_logs(made(tmp_path, "${HOME}.log"))
    config = tmp_path / "nabat.yml"
    config.write_text(f'sources:\n  - {{ name: a, service: a, paths: ["{group.pattern}"] }}\n')
    assert files_of(load_settings(config, {}).sources[0]) == [str(tmp_path / "${HOME}.log")]


def test_every_file_that_cannot_be_used_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty.log").touch()
    (tmp_path / "onec.lgd").write_bytes(b"SQLite format 3\0" + b"x" * 100)
    (tmp_path / "exported.log").write_text("2026-05-17 10:05:03 anna\n", encoding="utf-16")
    os.mkfifo(tmp_path / "pipe")
    names = ["-", "none.log", ".", "empty.log", "onec.lgd", "exported.log", "pipe"]
    with pytest.raises(InputError) as caught:
        group_logs([name if name == "-" else str(tmp_path / name) for name in names])
    assert len(caught.value.problems) == len(names)
    said = str(caught.value)
    for word in ("standard input", "not there", "a folder", "empty", "SQLite", "UTF-16", "regular file"):
        assert word in said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    (name,) = made(tmp_path, "a.log")
    os.chmod(name, 0)
    with pytest.raises(InputError, match="Permission denied"):
        group_logs([name])
