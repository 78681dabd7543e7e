"""Train the starter model that ships in models/starter, on a simulated company without leaks.

    python -m tests.bench.starter

The same program version gives the same bytes. After it, write the model's version into models/README.md.
"""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from detector.detect.behaviour import Trainer, save_model
from detector.simulate import simulate
from tests.bench.judging import START, STEP, events_of

SEED, DAYS, STAFF, ROWS = 7, 35, 120, 6_000
FOLDER = Path(__file__).parents[2] / "models" / "starter"


def main() -> None:
    """Simulate, train, save, and print what the card says."""
    with TemporaryDirectory() as folder:
        simulate(Path(folder), DAYS, SEED, START, staff=STAFF, leaks=0)
        settings, events = events_of(Path(folder))
        trainer = Trainer(settings, seed=SEED, most_rows=ROWS)
        for at in range(0, events.height, STEP):
            trainer.add(events[at : at + STEP])
        model, _ = trainer.finish(START + timedelta(days=DAYS))
    save_model(model, FOLDER)
    manifest = model.manifest
    print(model.version, manifest.windows, manifest.actors, manifest.rows)
    print({name: kind.point for name, kind in manifest.kinds.items()})


if __name__ == "__main__":
    main()
