from dataclasses import dataclass

import polars as pl
import pytest

from detector.detect.behaviour import Behaviour, BehaviourState, Model, Trainer
from detector.settings import Settings
from tests.detect.behaviour import company

TRAINED_DAYS, SEED = 21, 2


@dataclass(frozen=True, repr=False)
class Trained:
    """A model and the baselines of a company's first days; each use gets its own copy of the state."""

    settings: Settings
    model: Model
    tables: dict[str, pl.DataFrame]
    now: object

    def state(self) -> BehaviourState:
        return BehaviourState.from_tables(self.tables)

    def judge(self) -> Behaviour:
        return Behaviour.of(self.settings, self.model)


@pytest.fixture(scope="session")
def trained() -> Trained:
    settings = company.settings()
    trainer = Trainer(settings, seed=5)
    trainer.add(company.together(company.honest(TRAINED_DAYS, seed=SEED)))
    model, state = trainer.finish(company.START + TRAINED_DAYS * company.DAY)
    return Trained(settings, model, state.tables(), company.START + TRAINED_DAYS * company.DAY)
