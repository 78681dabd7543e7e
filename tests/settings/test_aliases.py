"""Aliases of YAML stand for no more than a file may hold: a few lines would else be a billion values."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from detector.errors import ConfigError
from detector.settings.loading.yaml_nodes import compose_all, construct, parse, read_all
from tests.runtime.places import nabat, write_plan

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
BAD = {
    "laughs": (LAUGHS, "aliases"),
    "itself": ("a: &a [*a]\n", "stands for itself"),
    "itself in a mapping": ("a: &a {b: {c: *a}}\n", "stands for itself"),
    "deep": ("[" * 500 + "]" * 500, "nested too deeply"),
    "far too deep": ("[" * 50_000 + "]" * 50_000, "nesting"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_stands_for_too_much_is_refused_with_its_file(name: str) -> None:
    text, said = BAD[name]
    with pytest.raises(ConfigError, match=said):
        parse(Path("x.yml"), text)


def test_plain_aliases_are_as_good_as_what_they_stand_for() -> None:
    text = "a: &a {x: 1}\nb: {<<: *a, y: 2}\nc: [*a, *a]\n" + "".join(f"d{at}: *a\n" for at in range(1_000))
    assert len(parse(Path("x.yml"), text)) == 1


@pytest.mark.parametrize("where", ["nabat.yml", "rules.yml", "playbooks", "formats"])
def test_check_names_the_file_and_ends_with_2(tmp_path: Path, where: str) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    changes = {
        "playbooks": {"incident": {"playbooks": [str(folder)]}},
        "formats": {"formats": [str(folder)]},
    }.get(where, {})
    config = write_plan(tmp_path, **changes)
    path = tmp_path / where if where.endswith(".yml") else folder / "laughs.yml"
    with path.open("a") as file:
        file.write(("---\n" if where == "rules.yml" else "") + LAUGHS)
    done = nabat("check", "-c", str(config))
    assert done.returncode == 2, done.stdout + done.stderr
    assert path.name in done.stdout + done.stderr
    assert "aliases" in done.stdout + done.stderr


DOCUMENTS = {
    "plain": "a: 1\nb: [x, 2.5, true, null, ~, 2024-01-01, 1_000, '1', yes]\n---\n# no\n---\n\nc:\n  d: |\n    e\n",
    "aliases": "a: &a {x: 1}\nb: {<<: *a, y: 2}\nc: [*a, *a]\n",
    "an alias in a flow": '{"a":&x 1, b: *x}\n',
    "signs of no anchor": "a: 'x && y & z'\nb: https://example.org/?a=1&b=2\nc: x &y\n",
    "a merge without an alias": "a: {<<: {x: 1}, y: 2}\n",
    "keys that are no text": "1: a\ntrue: b\n~: c\n",
    "a key twice": "a: 1\nb: {c: 1, c: 2}\n",
    "a key twice, once as a number": "1: a\n'1': b\n",
    "a key that is a list": "[a, b]: c\n",
    "a tag": "a: !x b\n",
    "a tag of a list": "a: !!set [b]\n",
    "no day": "a: 2024-02-31\n",
    "no YAML": "a: [b\n",
    "far too deep": "[" * 50_000 + "]" * 50_000,
    "nothing": "\n# nothing\n",
    **{name: text for name, (text, _) in BAD.items()},
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_values_read_at_once_are_those_of_the_nodes(name: str) -> None:
    path, text = Path("x.yml"), DOCUMENTS[name]

    def read(how: Callable[[], Any]) -> Any:
        try:
            return how()
        except ConfigError as error:
            return error.problems

    at_once = read(lambda: read_all(path, text))
    nodes = read(lambda: [(construct(path, node), node.start_mark.line + 1) for node in compose_all(path, text)])
    assert repr(at_once) == repr(nodes)
