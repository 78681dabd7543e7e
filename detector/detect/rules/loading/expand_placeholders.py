"""Placeholders of rules (``%admins%`` under the modifier ``expand``), replaced by the texts they stand for.

Comes in: values as pySigma read them. Goes out: the same with every placeholder replaced; several texts are
alternatives. Regular expressions take the texts as they are, as parts of the expression.
"""

from collections.abc import Sequence
from itertools import product
from typing import Any, Final

from sigma.rule import SigmaDetection
from sigma.types import Placeholder, SigmaExpansion, SigmaRegularExpression, SigmaString, SigmaType

from detector.detect.rules.loading.rule_context import Placeholders

_MOST: Final = 100_000
"""Texts that the placeholders of one value may stand for together."""


def expand(detection: SigmaDetection, known: Placeholders) -> None:
    """Replace the placeholders of a selection.

    Raises:
        ValueError: One of them stands for nothing that is known, or they stand for too much.
    """
    for item in detection.detection_items:
        if isinstance(item, SigmaDetection):
            expand(item, known)
        else:
            item.value = [expanded(value, known) for value in item.value]


def expanded(value: SigmaType, known: Placeholders) -> SigmaType:
    """Return a value with its placeholders replaced.

    Raises:
        ValueError: One of them stands for nothing that is known, or they stand for too much.
    """
    if isinstance(value, SigmaExpansion):
        return SigmaExpansion([expanded(part, known) for part in value.values])
    text = value.regexp if isinstance(value, SigmaRegularExpression) else value
    if not isinstance(text, SigmaString) or Placeholder not in map(type, text.s):
        return value
    choices = [_texts(part, known) if isinstance(part, Placeholder) else (part,) for part in text.s]
    many = 1
    for each in choices:
        many *= len(each)
    if many > _MOST:
        raise ValueError(f"placeholders stand for {many} texts here, more than {_MOST}")
    texts = [_joined(text, parts) for parts in product(*choices)]
    if isinstance(value, SigmaRegularExpression):
        return SigmaExpansion([SigmaRegularExpression(str(each), value.flags, value.policy) for each in texts])
    return SigmaExpansion(list[SigmaType](texts))


def _texts(placeholder: Placeholder, known: Placeholders) -> Sequence[str]:
    texts = known.get(placeholder.name, ())
    if not texts:
        raise ValueError(f"nothing says what %{placeholder.name}% stands for: name it under rules.placeholders")
    return texts


def _joined(like: SigmaString, parts: Sequence[Any]) -> SigmaString:
    made = type(like)()
    joined: list[Any] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    made.s = joined
    return made
