"""An ordering step for streams of a few lines: each line moves its stream's mark (``test_wrong_dates``: of many)."""

from functools import partial

from detector.detect.ordering.reorder import Reorderer

prompt = partial(Reorderer, in_a_row=1)
