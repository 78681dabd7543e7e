"""Shipped files: read when they are asked for, and not again."""

from detector.resources import ShippedFiles


def test_a_shipped_file_is_read_when_it_is_first_asked_for(tmp_path):
    read = []
    files = {name: tmp_path / f"{name}.yml" for name in ("a", "b", "c")}

    def name_of(path):
        read.append(path.stem)
        return path.stem.upper()

    found = ShippedFiles(files, name_of, own={"b": "ours", "d": "more"})
    assert list(found) == ["a", "b", "c", "d"]
    assert len(found) == 4
    assert "c" in found
    assert "x" not in found
    assert found.get("x") is None
    assert read == []
    assert [found["a"], found["a"], found["b"]] == ["A", "A", "ours"]
    assert read == ["a"]
    assert dict(found.only(["d", "c"])) == {"d": "more", "c": "C"}
    assert read == ["a", "c"]
