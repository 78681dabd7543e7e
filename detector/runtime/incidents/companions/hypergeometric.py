"""How likely so many in common are by chance: the upper tail of the hypergeometric distribution.

Comes in: four counts. Goes out: a natural logarithm. It is the one-sided exact test of R. A. Fisher (The Logic of
Inductive Inference, J. R. Statist. Soc. 98, 1935) for a table of two by two. Pure.
"""

from math import lgamma, log

_SMALL = 1e-16


def log_chance(hits: int, drawn: int, marked: int, total: int) -> float:
    """Return the logarithm of how likely at least ``hits`` of ``drawn`` are marked, where ``marked`` of ``total`` are.

    The sum ends where a further term adds nothing: beyond the most likely number of hits terms only shrink.
    """
    hits = max(hits, drawn + marked - total, 0)
    if hits > min(drawn, marked):
        return float("-inf")
    term = sum_of = 1.0
    at = hits
    while at < min(drawn, marked):
        ratio = (marked - at) * (drawn - at) / ((at + 1) * (total - marked - drawn + at + 1))
        term *= ratio
        sum_of += term
        at += 1
        if ratio < 1 and term < sum_of * _SMALL:
            break
    first = _log_choose(marked, hits) + _log_choose(total - marked, drawn - hits) - _log_choose(total, drawn)
    return min(first + log(sum_of), 0.0)


def _log_choose(whole: int, part: int) -> float:
    return lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)
