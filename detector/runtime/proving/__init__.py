"""Proving that a rule finds a case, and nothing else."""

from detector.runtime.proving.proof_report import proof_lines, proof_report
from detector.runtime.proving.prove_rule import KnownSpan, RuleProof, prove_rule

__all__ = ["KnownSpan", "RuleProof", "proof_lines", "proof_report", "prove_rule"]
