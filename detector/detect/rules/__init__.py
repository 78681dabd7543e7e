"""Sigma rules: events in order → findings. Loading, matching over columns, correlations, facts.

The rest of the program uses ``RuleSet`` and ``RuleDetector``, and for the commands ``evaluate``, ``explain_rule``,
``list_rules``, ``check_rules`` and ``test_rules``.
"""

from detector.detect.rules.counting_again import RulePast
from detector.detect.rules.detector import RuleDetector, RuleState
from detector.detect.rules.evaluate_events import evaluate
from detector.detect.rules.explanation import Verdict, explain_rule, lines_of
from detector.detect.rules.loading.rule_context import RuleContext
from detector.detect.rules.loading.rule_set import RuleSet
from detector.detect.rules.matching.text_search import FAILURES as SEARCH_FAILURES
from detector.detect.rules.matching.text_search import search_library
from detector.detect.rules.provisional import Provisional, again, among_themselves, preview, unfinished_late
from detector.detect.rules.rule_checks import RuleRow, SampleResult, check_rules, list_rules, needs_of, test_rules
from detector.detect.rules.ruleset import Rules, WaitingRule
from detector.detect.rules.watched import RuleCoverage, rule_coverage, unseen_sources

__all__ = [
    "SEARCH_FAILURES",
    "Provisional",
    "RuleContext",
    "RuleCoverage",
    "RuleDetector",
    "RulePast",
    "RuleRow",
    "RuleSet",
    "RuleState",
    "Rules",
    "SampleResult",
    "Verdict",
    "WaitingRule",
    "again",
    "among_themselves",
    "check_rules",
    "evaluate",
    "explain_rule",
    "lines_of",
    "list_rules",
    "needs_of",
    "preview",
    "rule_coverage",
    "search_library",
    "test_rules",
    "unfinished_late",
    "unseen_sources",
]
