"""Where rules come from: their files, or what was made of the same files before.

Comes in: paths. Goes out: ``Rules``. pySigma is loaded only when files have to be read.
"""

from collections.abc import Collection, Iterable
from pathlib import Path

from detector.detect.rules.loading.rule_cache import RuleCache
from detector.detect.rules.loading.rule_context import NO_CONTEXT, RuleContext
from detector.detect.rules.ruleset import Rules
from detector.resources import cache_folder
from detector.settings import Settings


class RuleSet:
    """Where rules come from."""

    @staticmethod
    def of(settings: Settings) -> Rules:
        """Read the rules a configuration asks for; what is refused is listed as skipped.

        Raises:
            ConfigError: A file of placeholders cannot be read.
        """
        return RuleSet.load(
            settings.rules.folders,
            disabled=frozenset(settings.rules.disabled),
            tolerant=True,
            context=RuleContext.of(settings),
            cache=cache_folder(),
        )

    @staticmethod
    def load(
        paths: Iterable[Path | str],
        *,
        disabled: Collection[str] = (),
        tolerant: bool = False,
        plain: bool = False,
        context: RuleContext = NO_CONTEXT,
        cache: Path | None = None,
    ) -> Rules:
        """Read rules from files and folders.

        Args:
            paths: Files, or folders and zip archives that are gone through for ``*.yml`` and ``*.yaml``.
            disabled: Ids of rules to leave out.
            tolerant: List what is refused as skipped instead of raising.
            plain: Fields are taken as they are written and every event is judged: for events with their own names.
            context: What the settings say of rules.
            cache: Folder in which what was made of rules is kept for the next time; None: nowhere.

        Raises:
            ConfigError: With every problem found in every file.
        """
        paths = list(paths)
        kept = None
        if cache is not None:
            kept = RuleCache(cache, paths, (sorted(disabled), tolerant, plain), context)
            found = kept.load()
            if found is not None:
                return found
        from detector.detect.rules.loading.load_rules import load_rules  # noqa: PLC0415 - loads pySigma

        found = load_rules(paths, disabled, context, tolerant=tolerant, plain=plain)
        if kept is not None:
            kept.save(found)
        return found
