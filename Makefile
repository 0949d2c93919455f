# Every command of the project. A fresh machine needs Python (>= 3.11), git and make.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# what benchmarks measure beside the package; never a dependency of it
PEERS  := build/peers$(VENV:.venv%=%)

.PHONY: payments test proofs postgres strace conformance lint types imports golden golden-checkpoints bench bench-peers clean ci

payments: $(READY)  ## the main job: some thousand payments, killed and recovered on the way
	$(BIN)/python -m examples.payments

test: $(READY)  ## lint, types, import direction, and the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -n auto tests

postgres:  ## the server that the tests of PostgresStore start for themselves (Debian, Ubuntu)
	@ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null || command -v initdb || \
	  { sudo=$$(test "$$(id -u)" = 0 || echo sudo); \
	    $$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql; }

strace:  ## with which the fault proofs kill a process at a system call (Debian, Ubuntu)
	@command -v strace || \
	  { sudo=$$(test "$$(id -u)" = 0 || echo sudo); \
	    $$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq strace; }

proofs: $(READY)  ## the fault proofs in full; each writes its figures into docs/reliability.md
	$(BIN)/python -m tests.simulator --report docs/reliability.md
	$(BIN)/python -m tests.faults --report docs/reliability.md

conformance: $(READY)  ## every case of the reference in every mode, per suite
	$(BIN)/python -m tests.conformance --failures build/conformance-failures.txt --json build/conformance.json

golden: $(READY)  ## write the golden files anew, to be read before they are committed
	$(BIN)/python -m tests.golden.update

golden-checkpoints: $(READY)  ## write those of new cases, or of a raised format version
	$(BIN)/python -m tests.golden_checkpoints.update

bench: $(READY)  ## every benchmark; BENCH="--docs", "--quick", "language --only fib": see `python -m benchmarks --help`
	$(BIN)/python -m benchmarks $(BENCH)

bench-peers: $(READY) $(PEERS)/.ready  ## the same, and beside them what a user would pick instead: DBOS, LangGraph, Monty
	$(BIN)/python -m benchmarks --peers $(PEERS)/bin/python $(BENCH)

$(PEERS)/.ready: benchmarks/peers/requirements.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --requirement benchmarks/peers/requirements.txt
	touch $(PEERS)/.ready

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	mkdir -p build
	touch $(READY)

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis
