# The press room: `make run` starts it, `make test` tests it, `make check` is what must pass before a change lands.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run install dev test check format lint types contract templates migrations tests tests-postgres bench-search clean

help:  ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 16

run: install  ## Install, migrate, load the sample, start web and worker (PORT, PRESSROOM_INSTANCE)
	@$(BIN)/pressroom demo
	@exec $(BIN)/pressroom serve

test: dev browser tests  ## Install what the tests need and run all of them

check: dev browser format lint types contract templates migrations tests tests-postgres  ## Everything that must pass
	@echo "All checks passed."

install: $(VENV)/.installed
dev: $(VENV)/.installed-dev

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Pressroom needs Python 3.11 or newer. Name one: make run PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: setup.cfg | $(BIN)/python
	@echo "Installing (once; about a minute) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-dev: setup.cfg | $(BIN)/python
	@echo "Installing what the tests need (once; about two minutes) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,postgres,gunicorn]'
	@touch $@ $(VENV)/.installed

.PHONY: browser
browser: dev
	@$(BIN)/python -m tests.browser.chromium

format: dev
	@$(BIN)/ruff format --check --quiet . || { echo "Run: $(BIN)/ruff format ."; exit 1; }

lint: dev
	@$(BIN)/ruff check --quiet .

types: dev
	@$(BIN)/mypy

contract: dev
	@$(BIN)/lint-imports

# H015: line breaks after headings are white space in the page. H043: a button in a form submits, as HTML says.
# J018: lists use stored addresses; `url_for` for each row of a long list costs more than the row.
templates: dev
	@$(BIN)/djlint --quiet --lint --profile jinja --ignore H015,H043,J018 pressroom/templates

migrations: dev
	@$(BIN)/python -m tests.migrations_in_step

tests: dev
	@$(BIN)/pytest -q -n 2 --dist loadgroup

tests-postgres: dev
	@$(BIN)/pytest -q -n 2 --dist loadgroup --database postgres -m "not sqlite and not browser"

bench-search: dev  ## Compare search with other engines (BENCH="--size 100k --rounds 3", see docs/benchmarks.md)
	@$(BIN)/python -m benchmarks.search $(BENCH)

clean:  ## Remove the environment and caches; the instance folder stays
	rm -rf $(VENV) *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
