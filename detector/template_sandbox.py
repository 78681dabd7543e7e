"""Where templates of texts are filled in that a company may write itself: no template reaches the machine from there.

Comes in: how templates are found, what becomes of a value. Goes out: Jinja's environment. Whatever is not given is an
error, never an empty place in a letter.
"""

from collections.abc import Callable
from typing import Any, Final

from jinja2 import BaseLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

RAISED: Final = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)
"""What a template can raise while it is filled in, beside Jinja's own errors."""


def template_sandbox(
    *, loader: BaseLoader | None = None, finalize: Callable[[Any], Any] | None = None
) -> ImmutableSandboxedEnvironment:
    """Return the environment. HTML is not escaped: what comes out is no HTML, or ``finalize`` sees to all of it."""
    return ImmutableSandboxedEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        finalize=finalize,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
