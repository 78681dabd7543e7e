"""What the service opens cases under, so that a command with a configuration of somebody's own is told from it.

Comes in: settings, playbooks and laws. Goes out: a digest, which the service keeps in the database at each start and
reload. What a case keeps for good (team, ladder, laws, gates), and what decides whether one person may do an act alone
(who else there is, kinds of data, where clients live, how long an answer lasts), must not come from a file that
somebody brought along.
"""

import json
from collections.abc import Mapping
from hashlib import sha256

from detector.incident import Playbook, Regulation, configured_terms, part_of
from detector.settings import Settings

TERMS_KEPT_AS = "terms.in_force"
"""The name under which the service keeps it."""


def terms_digest(settings: Settings, playbooks: Mapping[str, Playbook], regulations: Mapping[str, Regulation]) -> str:
    """Return what tells terms, playbooks, and what acts are weighed by, from all others."""
    parts = [part_of("terms", configured_terms(settings, regulations)).id]
    parts += [f"{name} {part_of('playbook', each).id}" for name, each in sorted(playbooks.items())]
    parts += [f"{name} {each.model_dump_json()}" for name, each in sorted(settings.records.data_classes.items())]
    parts.append(json.dumps([settings.residence_file, settings.notify.lapse.model_dump(mode="json")]))
    return sha256("\n".join(parts).encode()).hexdigest()
