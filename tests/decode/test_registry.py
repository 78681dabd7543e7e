"""The table of formats: what it names is there, and what nobody asks for is not loaded."""

import subprocess
import sys
from importlib import import_module

import pytest

from detector.decode.formats import FORMATS, WRAPPERS, coded_format, coded_wrapper

FAMILIES = ("apps", "cloud", "databases", "hosts", "web")
ONE_SOURCE = """
import sys
from detector.decode.registry import load_formats
from detector.settings import Settings, SourceSettings

formats = load_formats(Settings(sources=(SourceSettings(name="a", paths=("a.log",), service="a", format="combined"),)))
assert formats["combined"].name == "combined"
assert not formats.finds_inside("syslog")
print(*(name for name in sys.modules if name.startswith("detector.decode.formats.")))
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
