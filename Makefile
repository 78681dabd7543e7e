# Everything a newcomer or a contributor does, by name. `make` alone lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help setup run test check fmt hooks lint types rules letters bench quality torture flood fuzz evade golden docs site lock image clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | sort | awk -F'\t' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(READY) ## Make the environment (.venv) from the hashed lock

$(READY): requirements-dev.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "python3 (3.11 or later) is needed" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; PYTHON=python3.12 make ... takes another one" >&2; exit 1; }
	@echo "Setting up $(VENV), once: a minute or two, several on a slow machine" >&2
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) || { echo "Python's own venv module is needed; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) .ci/setup.py $(BIN)/python requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q detector # a third of a second of each start, where nothing may be written later
	@touch $(READY)

run: $(READY) ## Start Nabat on a simulated company; PORT=9000 serves its pages there instead of on 8470
	@$(BIN)/nabat run --demo $(if $(PORT),--port $(PORT))

# All of them in two processes more than there are processors: a good part of the tests waits for servers and services.
# Files come in the order of tests/conftest.py, long ones first. A process that ends is a failure, and its files go to the
# others. What is named is run in one, for each has to load the libraries.
ALL = --numprocesses=$$(($$(nproc) + 2)) --dist=loadfile --no-loadscope-reorder --max-worker-restart=0

test: $(READY) ## Run all tests, on all processors; ARGS="tests/group -q": those of a folder, in one process
	@$(BIN)/python -m pytest $(if $(findstring tests/,$(ARGS)),,$(ALL)) $(ARGS)

check: lint types rules ## Lint, types, import contracts, shipped rules

fmt: $(READY) ## Format the code
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

hooks: $(READY) ## Install the git hooks of .pre-commit-config.yaml
	@$(BIN)/pre-commit install

lint: $(READY) ## ruff, spelling, addresses and secrets in samples, and who may import whom
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/codespell && $(BIN)/python .ci/samples.py && $(BIN)/lint-imports

types: $(READY) ## mypy --strict
	@$(BIN)/mypy

rules: $(READY) ## Check the shipped rules and run their samples
	@$(BIN)/nabat rules check && $(BIN)/nabat rules test

letters: $(READY) ## 100,000 letters to a mail server that is killed, by a sender that is killed; ARGS="2000 4": fewer
	@$(BIN)/python -m tests.bench.letters $(ARGS)

example: $(READY) ## Make docs/example-incident anew: one leak from its first line to the closed case
	@$(BIN)/python -m tests.example $(ARGS)

bench: $(READY) ## Measure decode and the whole pipeline, lines a second and core
	@$(BIN)/python -m tests.bench.run && $(BIN)/python -m docs.generate

quality: $(READY) ## Measure detection on simulated companies nobody tuned on; ARGS="--workers 2"
	@$(BIN)/nabat evaluate --out docs/detection-quality.md --archive tests/bench/judged --announced 0.5 --ablation $(ARGS)

torture: $(READY) ## Kill the running service 200 times and compare with a quiet run; ARGS="--kills 30"
	@$(BIN)/python -m tests.torture $(ARGS)

flood: $(READY) ## Flood the running service with 500 critical findings a second for ten minutes
	@$(BIN)/python -m tests.flood $(ARGS)

fuzz: $(READY) ## Read 300,000 mutated lines of every format between lines that must be read
	@$(BIN)/python -m tests.fuzz

evade: $(READY) ## Try what thieves do so as not to be found, in replay and on a running service
	@$(BIN)/python -m tests.evade

golden: $(READY) ## Rewrite golden files; review them in the diff
	@$(BIN)/python -m tests.decode.golden

docs: $(READY) ## Rewrite the generated parts of docs/
	@$(BIN)/python -m docs.generate

site: $(READY) ## Build the documentation as a site in build/site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --strict && echo build/site

lock: $(READY) ## Resolve the dependencies anew into the hashed locks
	@UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-strip-extras --no-emit-index-url -o requirements.lock pyproject.toml
	@UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-strip-extras --no-emit-index-url --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	@echo "hatchling>=1.27" | UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-strip-extras --no-emit-index-url -o requirements-build.lock -

image: ## Build the container image with buildah from a base image you have
	@command -v buildah >/dev/null || { echo "buildah is needed to build the image; on Debian and Ubuntu: apt-get install buildah" >&2; exit 1; }
	@buildah bud -t nabat .

clean: ## Remove the environment and what the demo wrote
	@rm -rf $(VENV) state build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
