# The press room: `make run` starts it, `make test` tests it, `make check` is what must pass before a change lands.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
WHOOSH3 := .venv-whoosh3
EXTRAS_OF_TESTS := postgres,gunicorn,pdf,passkeys,encryption,metrics,s3

# Whoever has set this sees no compiled files among the sources; but each process that a test starts, and each of those
# that run tests, would compile all of them once more: a third of what it takes to start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run install dev test check format lint types contract templates migrations weaknesses tests tests-postgres bench-search clean
.PHONY: search-whoosh3 test-whoosh3

help:  ## This list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 16

run: install  ## Install, migrate, load the sample, start web and worker (PORT, PRESSROOM_INSTANCE)
	@$(BIN)/pressroom demo
	@exec $(BIN)/pressroom serve

test: dev browser libraries tests  ## Install what the tests need and run all of them

# What is read goes two at a time, and says what it has to say when it is done. Tests come last and have both processors.
READ := types weaknesses templates migrations contract lint format
check:  ## Everything that must pass
	@$(MAKE) --no-print-directory -j3 $(VENV)/.installed-dev browser audit-tools  # each waits for something else
	@$(MAKE) --no-print-directory libraries
	@$(MAKE) --no-print-directory -j2 --output-sync=target $(READ)
	@$(MAKE) --no-print-directory tests
	@$(MAKE) --no-print-directory tests-postgres
	@echo "All checks passed."

install: $(VENV)/.installed
dev: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.libraries --if-possible

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Pressroom needs Python 3.11 or newer. Name one: make run PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: setup.cfg | $(BIN)/python
	@echo "Installing (once; about a minute) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

# What no test loads: tools with compiled files of another kind, and tests of others.
NOT_LOADED := /(pip|setuptools|pkg_resources|mypy|mypyc|tests?)/
$(VENV)/.installed-dev: setup.cfg | $(BIN)/python
	@echo "Installing what the tests need (once; about two minutes) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -e '.[dev,$(EXTRAS_OF_TESTS)]'
	@$(BIN)/python -W ignore -m compileall -qq -j 0 -x '$(NOT_LOADED)' $(VENV)/lib || true  # on all processors; pip takes one
	@touch $@ $(VENV)/.installed

.PHONY: browser
browser: | $(BIN)/python
	@$(BIN)/python -m tests.browser.chromium

.PHONY: libraries
libraries: dev
	@$(BIN)/python -m tests.libraries

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

# Of the code, and of the packages. Without the network the second says NOT CHECKED, and is no reason to fail.
weaknesses: dev audit-tools
	@$(BIN)/python -m tests.code_examined
	@if [ -x $(TOOLS)/bin/pip-audit ]; then $(BIN)/python -m tests.dependencies_asked_about $(TOOLS)/bin/pip-audit $(LOCK); \
		[ $$? -ne 1 ]; else echo "NOT CHECKED: the packages; pip-audit is not installed, and that needs the network."; fi

tests: dev
	@$(BIN)/pytest -q -n 2 --dist loadgroup

tests-postgres: dev
	@$(BIN)/pytest -q -n 2 --dist loadgroup --database postgres -m "not sqlite and not browser and not whoosh"

.PHONY: test-postgres
test-postgres: dev libraries  ## All tests on PostgreSQL; `make check` leaves out those of pages there, for time
	@$(BIN)/pytest -q -n 2 --dist loadgroup --database postgres --everything -m "not sqlite and not browser and not whoosh"

# The project as declared, with whoosh3 in the place of Whoosh. Both bring the package `whoosh`, so one goes before the other
# comes; `pip check` then says what is so, that pressroom requires Whoosh, which is not installed. whoosh3 has new minor
# versions often: this is the one that was tried, and stands in tests/whoosh_in_step.py as well.
$(WHOOSH3)/.installed: setup.cfg Makefile | $(BIN)/python
	@echo "Installing a second environment, with whoosh3 (once; about a minute) …"
	@$(PYTHON) -m venv $(WHOOSH3)
	@$(WHOOSH3)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev,pdf,encryption,metrics]'
	@$(WHOOSH3)/bin/python -m pip uninstall --quiet --disable-pip-version-check --yes Whoosh whoosh3
	@$(WHOOSH3)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps 'whoosh3>=3.54,<3.55'
	@touch $@

search-whoosh3: dev $(WHOOSH3)/.installed
	@$(WHOOSH3)/bin/python -m tests.whoosh_in_step whoosh3 $(BIN)/python
	@$(WHOOSH3)/bin/python -m pytest -q -n 2 --dist loadgroup tests/search

test-whoosh3: search-whoosh3  ## Whatever searches, on whoosh3; and one index for it and Whoosh
	@$(WHOOSH3)/bin/python -m pytest -q -n 2 --dist loadgroup tests/clips tests/front/test_search.py tests/house/test_leaks.py

# In an environment of its own: the tools are for whoever keeps the list, and need not fit what the press room needs.
TOOLS := .venv-lock
$(TOOLS)/.installed: Makefile
	@$(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile 'pip-tools>=7.5' 'pip-audit>=2.9'
	@touch $@

# What most deployments need; and the same, version by version, with the extras that fewer choose.
LOCK := requirements.lock
LOCK_MORE := requirements-extras.lock
EXTRAS ?= passkeys pdf
COMPILE = $(TOOLS)/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-find-links --extra gunicorn --extra postgres
.PHONY: audit-tools
audit-tools:
	@$(MAKE) --silent $(TOOLS)/.installed >/dev/null 2>&1 || echo "pip-audit could not be brought up to date."

.PHONY: lock lock-extras audit-dependencies
lock: $(TOOLS)/.installed  ## Write requirements.lock anew: each package of a deployment, with the hashes of its files
	@$(COMPILE) --upgrade --output-file $(LOCK).new setup.cfg
	@{ echo "# Every package of a deployment, with the hashes of its files. Made by \`make lock\`; see docs/deployment.md."; \
		cat $(LOCK).new; } > $(LOCK) && rm $(LOCK).new
	@echo "$(LOCK) is new; read the difference."

lock-extras: $(TOOLS)/.installed  ## The same with further extras, into requirements-extras.lock (EXTRAS="passkeys pdf")
	@$(COMPILE) $(EXTRAS:%=--extra %) --constraint $(LOCK) --output-file $(LOCK_MORE).new setup.cfg
	@{ echo "# The packages of $(LOCK), and those of: $(EXTRAS). Made by \`make lock-extras\`; see docs/deployment.md."; \
		cat $(LOCK_MORE).new; } > $(LOCK_MORE) && rm $(LOCK_MORE).new
	@echo "$(LOCK_MORE) is there."

audit-dependencies: $(TOOLS)/.installed  ## Ask for known weaknesses of what requirements.lock names (needs the network)
	@$(TOOLS)/bin/python -m tests.dependencies_asked_about $(TOOLS)/bin/pip-audit $(LOCK)

bench-search: dev  ## Compare search with other engines (BENCH="--size 100k --rounds 3", see docs/benchmarks.md)
	@$(BIN)/python -m benchmarks.search $(BENCH)

.PHONY: bench-pages
bench-pages: dev  ## What a page costs, as multiples of a trivial one (BENCH="--sizes 1000,100000", see docs/benchmarks.md)
	@$(BIN)/python -m benchmarks.pages $(BENCH)

.PHONY: bench-web
bench-web: dev  ## The same pages and searches of Wagtail and Datasette; one process and two (needs the network once)
	@$(BIN)/python -m benchmarks.web $(BENCH)
.PHONY: bench-alerts
bench-alerts: dev  ## 10,000 alerts over 1,000 new clips, and a release to 10,000 subscribers (BENCH="--readers 0" for the first only)
	@$(BIN)/python -m benchmarks.alerts $(BENCH)

clean:  ## Remove the environment and caches; the instance folder stays
	rm -rf $(VENV) $(WHOOSH3) $(TOOLS) *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
