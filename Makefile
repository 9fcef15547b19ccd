# Bare `make` prints the targets. Two of them do all: `make run` and `make test`.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

export QINGLIAN_HOME ?= .qinglian
export QINGLIAN_PORT ?= 8080

help: ## print the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(VENV)/.run: requirements/launcher.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say which: make PYTHON=python3.12 …")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing what runs it (once) …"
	@$(PIP) -r requirements/launcher.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	@echo "installing what tests it (once) …"
	@$(PIP) -r requirements/dev.txt
	@touch $@

setup: $(VENV)/.run ## install into .venv what `make run` needs

run: $(VENV)/.run ## start everything: broker, database, four services (QINGLIAN_HOME, QINGLIAN_PORT, QINGLIAN_EMPTY=1)
	@exec $(BIN)/qinglian up --home "$(QINGLIAN_HOME)" --port "$(QINGLIAN_PORT)" $(if $(QINGLIAN_EMPTY),--empty)

console: $(VENV)/.run ## build the pages for people (Node 20 or newer, or the one from pip)
	@$(BIN)/python -m qinglian.console

console-test: $(VENV)/.dev ## types and tests of the pages
	@$(BIN)/python -m qinglian.console test

lint: $(VENV)/.dev ## style: formatter, linter, import rules
	@$(BIN)/ruff format --check --quiet . || ($(BIN)/ruff format --diff . | head -50; exit 1)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-cache

types: $(VENV)/.dev ## strict types
	@$(BIN)/mypy

generated: $(VENV)/.dev ## are the committed contracts what the code says?
	@$(BIN)/python tools/generate_contracts.py --check
	@$(BIN)/python tools/generate_deploy.py --check
	@$(BIN)/python tools/generate_rule_schema.py --check

unit: $(VENV)/.dev ## tests without sockets
	@$(BIN)/pytest -q tests/unit tests/contracts tests/arch

# What asks for answers in time has the machine to itself; then two processors are kept busy with what only computes.
STORIES := tests/properties
DEFINITION := tests/oracle
COUNTY := tests/properties/test_sample_county.py
CASES := tests/unit tests/contracts tests/arch tests/sweep tests/mutants $(COUNTY)
BRIEF := short_stories or few_payments or nothing_more

# Two runs of tests at once; what the second one said is shown when both have ended.
define side_by_side
mkdir -p build; $(BIN)/pytest -q -p no:cacheprovider $(2) > build/second.log 2>&1 & second=$$!; \
$(BIN)/pytest -q $(1); first=$$?; wait $$second; rest=$$?; cat build/second.log; exit $$((first || rest))
endef

test: lint types generated console-test ## everything that can be checked here, on real Kafka and PostgreSQL
	@$(BIN)/pytest -q --durations=15 $(addprefix --ignore=,$(STORIES) $(DEFINITION) $(CASES))
	@$(call side_by_side,--durations=10 $(STORIES) $(DEFINITION) --ignore=$(COUNTY),--durations=10 $(CASES))

test-long: $(VENV)/.dev ## the properties with more than 100,000 examples (the better part of an hour on two processors)
	@export QINGLIAN_EXAMPLES=long; $(call side_by_side,$(STORIES) -k "not ($(BRIEF))",$(STORIES)/test_stories.py -k "$(BRIEF)")

sweep: $(VENV)/.dev ## each number of a rule doubled and halved breaks a scenario, or is listed
	@$(BIN)/pytest -q tests/sweep

bench: $(VENV)/.dev ## three pipelines over the same events, and what rules cost; writes docs/benchmarks.md
	@$(BIN)/python benchmarks/pipelines.py --write

evaluate: $(VENV)/.run ## how good the findings are on labelled sets (DATA=folder); writes docs/finding-quality.md
	@$(BIN)/qinglian evaluate "$(or $(DATA),../shared/data/money)"

format: $(VENV)/.dev ## rewrite the code in the house's format
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix --quiet .

lock: ## renew the hash locks (needs uv)
	@for name in base build launcher operator dev; do uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet requirements/$$name.in -o requirements/$$name.txt; done

clean: ## remove what was built (not the data in QINGLIAN_HOME)
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: help setup run console console-test lint types generated unit test test-long sweep bench evaluate format lock clean
