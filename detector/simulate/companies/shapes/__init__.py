"""The companies, as data: each has its jobs, its rhythm, its programs and the words of its systems."""

from collections.abc import Mapping

from detector.simulate.companies.shape import CompanyShape
from detector.simulate.companies.shapes.bank import BANK
from detector.simulate.companies.shapes.call_centre import CALL_CENTRE
from detector.simulate.companies.shapes.clinic import CLINIC
from detector.simulate.companies.shapes.marketplace import MARKETPLACE

SHAPES: Mapping[str, CompanyShape] = {shape.name: shape for shape in (CALL_CENTRE, CLINIC, BANK, MARKETPLACE)}

__all__ = ["SHAPES"]
