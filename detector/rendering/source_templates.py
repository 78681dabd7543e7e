r"""Templates of source text: Jinja2 in a sandbox, where what is filled in is characters and never markup.

Comes in: shipped templates and folders of the company's own, which win by name; values. Goes out: source text for
``read_source``. Each value stands behind ``\`` wherever a character of it could mean something, so text from a log, a
person or a partner cannot make a heading, a table, a link or another template of itself.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import TemplateSyntaxError, meta, nodes
from jinja2.loaders import FunctionLoader
from jinja2.sandbox import ImmutableSandboxedEnvironment

from detector.errors import InputError, Problem, did_you_mean
from detector.messages import LANGUAGES
from detector.rendering.escape_invisible import visible
from detector.rendering.template_kinds import TEMPLATE_KINDS, kind_of
from detector.resources import inside_folder, shipped
from detector.template_sandbox import RAISED, template_sandbox

_SUFFIX = ".md"
_MEANING = re.compile(r"[!-/:-@\[-`{-~\n]")


def escaped(value: object) -> str:
    """Return a value as source text that reads as the same characters."""
    text = visible(str(value)).replace("\t", " ").strip()
    return _MEANING.sub(lambda found: f"\\{found[0]}", text)


class SourceTemplates:
    """The templates of all languages.

    Args:
        own: Folders of the company's own, with a folder for each language; the last one wins.
    """

    def __init__(self, own: Iterable[Path] = ()) -> None:
        self._own = tuple(own)
        self._folders = (shipped("config", "templates"), *self._own)
        self._environments = {str(language): self._environment(language) for language in LANGUAGES}

    def names(self, language: str) -> frozenset[str]:
        """Return what templates there are in a language."""
        found = ((folder, path) for folder in self._folders for path in _files(folder / language))
        return frozenset(path.stem for folder, path in found if inside_folder(path, folder))

    def render(self, name: str, language: str, values: Mapping[str, Any]) -> str:
        """Return the source text of a template filled in.

        Args:
            name: Of the template.
            language: Two letters.
            values: What its kind is given (``TEMPLATE_KINDS``).

        Raises:
            InputError: There is no such template, or it cannot be filled in.
        """
        path = self._path(language, name)
        if path is None:
            what = f"there is no template {name!r} in {language!r}"
            raise InputError(Problem(what=what, fix=did_you_mean(name, self.names(language))))
        try:
            return self._environments[language].get_template(name).render(values)
        except RAISED as error:
            line = getattr(error, "lineno", None) or _line_of(error, str(path))
            what = f"the template cannot be filled in: {error}"
            raise InputError(Problem(file=str(path), line=line, what=what, fix="nabat check")) from None

    def mistakes(self) -> Iterator[Problem]:
        """Yield what is wrong with the company's own templates, each with file and line."""
        for folder in self._own:
            if not folder.is_dir():
                yield Problem(file=str(folder), what="there is no such folder", fix="correct incident.templates")
            for language in LANGUAGES:
                for path in _files(folder / language):
                    if inside_folder(path, folder):
                        yield from self._mistakes_of(path, language)
                    else:
                        what = "is a link to a file outside the folder of templates, and is not used"
                        yield Problem(file=str(path), what=what, fix="put the text itself there")

    def shipped_mistakes(self) -> Iterator[Problem]:
        """Yield what is wrong with the shipped templates; tests ask."""
        for language in LANGUAGES:
            for path in _files(self._folders[0] / language):
                yield from self._mistakes_of(path, language)

    def _mistakes_of(self, path: Path, language: str) -> Iterator[Problem]:
        kind, file = kind_of(path.stem), str(path)
        if not kind:
            what = f"nothing uses a template called {path.stem!r}"
            fix = did_you_mean(path.stem, self.names(language)) or f"its name begins with {', '.join(TEMPLATE_KINDS)}"
            yield Problem(file=file, what=what, fix=fix)
            return
        environment = self._environments[language]
        try:
            text = path.read_text(encoding="utf-8")
            tree = environment.parse(text)
            environment.compile(text)
        except TemplateSyntaxError as error:
            yield Problem(file=file, line=error.lineno, what=f"cannot be read as a template: {error.message}")
            return
        except (OSError, UnicodeDecodeError) as error:
            yield Problem(file=file, what=f"cannot be read: {error}")
            return
        yield from _unknown_names(tree, kind, file)
        for node in tree.find_all((nodes.Macro, nodes.Import, nodes.FromImport)):
            what = "macros are not for these templates: what they return would be taken for characters"
            yield Problem(file=file, line=node.lineno, what=what, fix="use block, extends or include")
        for node in tree.find_all((nodes.Extends, nodes.Include)):
            target = node.template if isinstance(node, nodes.Extends | nodes.Include) else None
            if isinstance(target, nodes.Const) and target.value not in self.names(language):
                fix = did_you_mean(str(target.value), self.names(language))
                yield Problem(file=file, line=node.lineno, what=f"there is no template {target.value!r}", fix=fix)

    def _environment(self, language: str) -> ImmutableSandboxedEnvironment:
        def load(name: str) -> tuple[str, str, None] | None:
            path = self._path(language, name)
            return None if path is None else (path.read_text(encoding="utf-8"), str(path), None)

        return template_sandbox(loader=FunctionLoader(load), finalize=escaped)

    def _path(self, language: str, name: str) -> Path | None:
        if not name or not name.replace("-", "").isalnum():
            return None
        found = ((folder, folder / language / f"{name}{_SUFFIX}") for folder in reversed(self._folders))
        return next((path for folder, path in found if path.is_file() and inside_folder(path, folder)), None)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{_SUFFIX}")) if folder.is_dir() else []


def _unknown_names(tree: nodes.Template, kind: str, file: str) -> Iterator[Problem]:
    known = TEMPLATE_KINDS[kind].names
    unknown = meta.find_undeclared_variables(tree) - set(known)
    for name in tree.find_all(nodes.Name):
        if name.name in unknown and name.ctx == "load":
            fix = did_you_mean(name.name, known) or f"a {kind} has: {', '.join(sorted(known))}"
            yield Problem(file=file, line=name.lineno, what=f"nothing is called {name.name!r} here", fix=fix)
    for part in tree.find_all(nodes.Getattr):
        if isinstance(part.node, nodes.Name) and (has := known.get(part.node.name)) and part.attr not in has:
            fix = did_you_mean(part.attr, has) or f"it has: {', '.join(sorted(has))}"
            what = f"{part.node.name} has no {part.attr!r}"
            yield Problem(file=file, line=part.lineno, what=what, fix=fix)


def _line_of(error: BaseException, file: str) -> int:
    """Return in which line of a template an error was raised; 0: that is not known."""
    trace, line = error.__traceback__, 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
