"""What else than an attack may be behind a rule's findings, as the rule itself says it (Sigma's ``falsepositives``).

Comes in: the files that rules are read from. Goes out: texts by the rule's id, in English and, where the rule has them,
in Russian. Only these keys are read: whoever shows an incident must not wait for the library that loads rules.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from detector.errors import ConfigError
from detector.settings import Settings
from detector.settings.loading.load_settings import read_text
from detector.settings.loading.yaml_nodes import compose_all, construct
from detector.settings.rule_files import rule_files

Both = tuple[str, str]


def other_causes(settings: Settings) -> Mapping[str, tuple[Both, ...]]:
    """Return by the rule's id what else it may be, in English and Russian; what cannot be read says nothing."""
    found: dict[str, tuple[Both, ...]] = {}
    for path in rule_files(settings.rules.folders, []):
        try:
            file = Path(str(path))
            documents = [construct(file, node) for node in compose_all(file, read_text(path))]
        except ConfigError:
            continue  # told where rules are loaded
        for rule in documents:
            if isinstance(rule, dict) and rule.get("falsepositives"):
                name = str(rule.get("id") or rule.get("name") or rule.get("title") or "")
                found.setdefault(name, _texts(rule))
    return found


def _texts(rule: Mapping[str, Any]) -> tuple[Both, ...]:
    block = rule.get("nabat")
    russian = block.get("ru") if isinstance(block, dict) else None
    english = _listed(rule["falsepositives"])
    translated = _listed(russian.get("falsepositives") or ()) if isinstance(russian, dict) else ()
    if len(translated) != len(english):
        translated = english
    return tuple(zip(english, translated, strict=True))


def _listed(value: Any) -> tuple[str, ...]:
    texts = value if isinstance(value, list) else [value] if value else []
    return tuple(" ".join(str(text).split()) for text in texts)
