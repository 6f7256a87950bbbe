# `make` lists what there is. Works with GNU make 3.81, which macOS ships, and newer.
# Every target sets the checkout up first, which takes a moment when nothing has changed.

SETUP := python3=$$(sh tools/setup/find-python.sh) && "$$python3" -m tools.setup
# Only for work inside the environment; set-up itself must not find the project's own commands.
INSIDE := PATH="$(CURDIR)/.venv/bin:$$PATH"
PYTHON := $(INSIDE) .venv/bin/python
IN_PARALLEL := --numprocesses auto --dist worksteal
# Folders with a __main__.py whose files import each other by plain name; typed one by one.
PROGRAMS := tools/demo $(patsubst %/__main__.py,%,$(wildcard programs/*/__main__.py))

.DEFAULT_GOAL := help
.PHONY: help setup env demo quick test newest check lint bench docs lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(firstword $(MAKEFILE_LIST)) | sed 's/\$$\$$/$$/' | expand -t 8

setup: ## make .venv and bring the Pulumi CLI, as far as they are missing
	@$(SETUP)

env: ## print what puts the project's commands on PATH: eval "$$(make -s env)"
	@$(SETUP) env

demo: setup ## bring the pod identities of an example cluster up, change them, take them down
	@$(PYTHON) tools/demo

quick: setup ## run the tests of pure code, which start no process
	@$(PYTHON) -m pytest --lane quick $(IN_PARALLEL) $(ARGS)

test: setup ## run the tests, or some of them: make test ARGS="-k trust"
	@$(PYTHON) -m pytest $(IN_PARALLEL) $(ARGS)

newest: setup ## run the unit tests with the newest boto3, of which the emulator has an older one
	@$(PYTHON) -m tools.newest_boto3 --lane quick $(IN_PARALLEL) tests/unit

lint: setup ## check style, types and layers
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@.venv/bin/mypy tools --exclude tools/demo
	@for program in $(PROGRAMS); do MYPYPATH=$$program .venv/bin/mypy $$program || exit 1; done
	@.venv/bin/lint-imports

check: export REQUIRE_BROWSER = 1
check: lint test newest ## check all that has to hold before a change goes in

bench: setup ## measure against the same resources without our components
	@$(PYTHON) benchmarks

docs: setup ## write the pages of docs/ that are made from the code
	@$(PYTHON) -m tools.docs

lock: ## lock the newest allowed packages in requirements/, after a change of dependencies too
	@$(SETUP:tools.setup=tools.lock)

clean: ## remove .venv and caches of this checkout; the Pulumi CLI stays in your cache folder
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
