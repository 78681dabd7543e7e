"""The table of formats: what it names is there, and what nobody asks for is not loaded."""

import subprocess
import sys
from importlib import import_module

import pytest

from detector.decode.formats import FORMATS, WRAPPERS, coded_format, coded_wrapper
from detector.decode.formats.format_index import INDEX, index_text
from detector.decode.registry import load_formats, shipped_formats
from detector.settings import Settings

FAMILIES = ("apps", "cloud", "databases", "hosts", "web")
ONE_SOURCE = """
import sys
from detector.decode.registry import load_formats
from detector.settings import Settings, SourceSettings

FAMILIES = tuple(f"detector.decode.formats.{name}" for name in ("apps", "cloud", "databases", "hosts", "web"))

formats = load_formats(Settings(sources=(SourceSettings(name="a", paths=("a.log",), service="a", format="combined"),)))
assert formats["combined"].name == "combined"
assert not formats.finds_inside("syslog")
print(*(name for name in sys.modules if name.startswith(FAMILIES)))
"""

A_SERVICE = """
import sys
from detector.decode import Decoder
from detector.settings import Settings, SourceSettings

decoder = Decoder(Settings(sources=(SourceSettings(name="a", paths=("a.log",), service="a"),)), session_key=b"key")
FAMILIES = {f"detector.decode.formats.{name}" for name in ("cloud", "databases", "hosts", "web")}
assert not FAMILIES & sys.modules.keys()
decoder.make_formats()
print(*(FAMILIES - sys.modules.keys()))
"""


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_named_in_full_and_in_its_order(family):
    module = import_module(f"detector.decode.formats.{family}")
    assert [one.name for one in module.FORMATS] == [name for name, of in FORMATS.items() if of == family]
    wrappers = getattr(module, "WRAPPERS", ())
    assert [one.name for one in wrappers] == [name for name, of in WRAPPERS.items() if of == family]


def test_every_name_gives_what_it_names():
    assert {*FORMATS.values(), *WRAPPERS.values()} == set(FAMILIES)
    assert [coded_format(name).name for name in FORMATS] == list(FORMATS)
    assert [coded_wrapper(name).name for name in WRAPPERS] == list(WRAPPERS)


def test_formats_that_no_source_names_are_not_loaded():
    done = subprocess.run([sys.executable, "-c", ONE_SOURCE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_a_service_can_have_all_formats_made_that_its_sources_may_need():
    """Shipped files may be replaced while it runs."""
    done = subprocess.run([sys.executable, "-c", A_SERVICE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_index_says_what_the_formats_say():
    """``auto`` tells lines by it, and what reads them is made from the formats."""
    assert INDEX.read_text(encoding="utf-8") == index_text(shipped_formats()), "run `make golden`"


def test_a_format_of_the_index_is_the_one_that_was_made_but_for_when():
    formats = load_formats(Settings())
    made = {one.name: one for one in shipped_formats()}
    late = {name: formats[name] for name in made}
    assert index_text(late.values()) == index_text(made.values())
    some = late["haproxy.http"].ways
    assert some is not None
    assert some() == made["haproxy.http"].ways()
    patterned = late["postgresql"].patterned
    assert patterned is not None
    with pytest.raises(ValueError, match="%"):
        patterned("%Q")


def test_a_file_of_the_operators_is_made_at_once_and_wins_over_the_shipped_one(tmp_path):
    (tmp_path / "nginx.json.yml").write_text(
        "kind: json\nabout: ours\ndataset: ours\norder: 20\ntime: { fields: [when] }\nfields: { url.path: path }\n"
    )
    assert load_formats(Settings(formats=(str(tmp_path),)))["nginx.json"].dataset == "ours"
