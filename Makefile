# Each target sets up what it needs from python3 and the files of this folder; a second `make` finds it done.
# `make help` lists the targets.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(BIN)/uv

# What a machine has set must not change what a target does; nor how long it takes, as where nothing may be kept of
# what Python compiles, each of many processes would compile all packages anew.
export LC_ALL := C.UTF-8
export PYTHONUTF8 := 1
unexport PYTHONPATH VIRTUAL_ENV PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test check audit verify docs format messages requirements screenshots clean \
	check-format check-lint check-types check-layers check-licences

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "make %-14s %s\n", $$1, $$2 }'

## Environments. A stamp is newer than the files that it depends on, so that nothing is installed twice.

UV_READY      := $(VENV)/.uv
RUN_READY     := $(VENV)/.run
DEVELOP_READY := $(VENV)/.develop

$(UV_READY): requirements/bootstrap.txt
	@sh tools/setup.sh environment "$(PYTHON)" $(VENV)
	@touch $@

# `install` and not `sync`: a folder that was set up for tests keeps what it has.
$(RUN_READY): $(UV_READY) requirements/run.txt pyproject.toml
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/run.txt
	@$(INSTALL_ZARAGOZA)
	@touch $@

# `sync` and not `install`: a test must not pass because of a package that the file no longer lists.
$(DEVELOP_READY): $(UV_READY) requirements/develop.txt pyproject.toml
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/develop.txt
	@$(INSTALL_ZARAGOZA)
	@touch $@ $(RUN_READY)

# The build backend is inside uv, so that building the package itself downloads nothing: --offline holds it to that.
INSTALL_ZARAGOZA = $(UV) pip install --quiet --python $(BIN)/python --offline --no-deps -e .

## What people run

demo: $(RUN_READY) ## set up, then from made-up data to releases under demo/, which `zaragoza serve` shows
	@$(BIN)/zaragoza demo demo

test: $(DEVELOP_READY) ## set up, then run the tests
	@sh tools/setup.sh browser
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 -m "not slow"

check: check-format check-lint check-types check-layers check-licences docs ## format, lint, types, layers, licences, documentation

check-format: $(DEVELOP_READY)
	@$(BIN)/ruff format --check .

check-lint: $(DEVELOP_READY)
	@$(BIN)/ruff check .

check-types: $(DEVELOP_READY)
	@$(BIN)/mypy

check-layers: $(DEVELOP_READY)
	@$(BIN)/lint-imports

check-licences: $(DEVELOP_READY)
	@$(BIN)/python tools/licences.py requirements/run.txt

# Where nobody can be asked it ends with 3; who goes on all the same says so: make audit UNREACHED=allowed
audit: $(DEVELOP_READY) ## ask whether a locked package is known to be unsafe; fails where nobody can be asked
	@$(BIN)/python tools/audit.py $(UV) requirements/develop.txt || { code=$$?; [ "$$code:$(UNREACHED)" = 3:allowed ] || exit $$code; }

docs: $(DEVELOP_READY) ## build the documentation into docs/_build/html
	@$(BIN)/python -m sphinx -W --keep-going --quiet docs docs/_build/html

verify: $(DEVELOP_READY) ## the slow proofs; writes docs/verification.md
	@sh tools/setup.sh load
	@ZARAGOZA_VERIFICATION=docs/verification.md $(BIN)/python -m pytest -n0 -m slow tests

# Of any releases: make screenshots RELEASES="demo/ path/to/another"
RELEASES ?= demo/
screenshots: $(DEVELOP_READY) ## pictures of the site's key pages, of the releases of `make demo` unless RELEASES names others
	@sh tools/setup.sh browser
	@$(BIN)/python tools/screenshots.py $(RELEASES) build/screenshots

format: $(DEVELOP_READY) ## put the code into the house's form
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

# The site's words: collected from its code, put beside their translations, and compiled for Django.
LOCALE := src/zaragoza/web/locale
messages: $(DEVELOP_READY) ## collect the site's words for translation, and compile the translations
	@$(BIN)/pybabel --quiet extract -F pyproject.toml -o $(LOCALE)/django.pot --no-location --sort-output \
		--omit-header src/zaragoza/web
	@$(BIN)/pybabel --quiet update -i $(LOCALE)/django.pot -d $(LOCALE) -D django --no-fuzzy-matching \
		--ignore-obsolete --ignore-pot-creation-date
	@rm $(LOCALE)/django.pot
	@for each in $(LOCALE) src/zaragoza/web/accounts/locale; do $(BIN)/pybabel --quiet compile -d $$each -D django; done

# Newest versions that pyproject.toml allows: make requirements UPGRADE=--upgrade
UPGRADE ?=
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header $(UPGRADE)

requirements: $(UV_READY) ## write requirements/*.txt anew from pyproject.toml
	@$(COMPILE) pyproject.toml -o requirements/run.txt
	@$(COMPILE) pyproject.toml --group test --group check --group docs -c requirements/run.txt -o requirements/develop.txt

clean: ## remove everything that the targets made
	rm -rf $(VENV) demo build docs/_build docs/reference/generated .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
