# The workbook's commands. `make lab` and `make test` set everything up by themselves.
PYTHON ?= python3
BIN    := .venv/bin
RUN    := $(BIN)/python -m workbench
ARGS   ?=
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help lab check same bench doctor

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1 \t/' | expand -t 20

lab: .venv/student ## set up, and open the notebooks in JupyterLab
	@mkdir -p "$(STATE)"
	HOME="$(STATE)" $(BIN)/jupyter lab --notebook-dir=. $(ROOTLY) $(ARGS) notebooks/00_start_here.ipynb

check: .venv/student ## check a lab: make check LAB=01 [ONLY=five_tuple] [HINTS=yes] [ISOLATED=yes]
	@test -n "$(LAB)" || { echo "name a lab: make check LAB=01" >&2; exit 2; }
	@$(RUN) check "$(LAB)" --only "$(ONLY)" $(if $(HINTS),--hints) $(if $(ISOLATED),--isolated)

same: .venv/student ## does a notebook print here what was recorded? make same NOTEBOOK=01
	@test -n "$(RECORDED)" || { echo "name a notebook: make same NOTEBOOK=01" >&2; exit 2; }
	@echo "run on $${LABS:-labs}/: cells that check an unfinished lab differ by right"
	@$(BIN)/python -m pytest --nbval --nbval-current-env --nbval-cell-timeout 20 -q $(RECORDED)

bench: .venv/student ## measure your proxy beside squid, haproxy and others: 15 minutes [ARGS=--quick]
	@$(MAKE) --no-print-directory .venv/bench/ready || \
	    echo "that failed: those proxies of .venv/bench that are missing are left out" >&2
	@$(RUN) bench $(ARGS)

doctor: .venv/student ## say what this machine permits
	@$(RUN) doctor

# A student's copy has the recorded notebooks by themselves: its own ones have empty outputs.
RECORDED = $(firstword $(wildcard $(addsuffix /$(NOTEBOOK)_*.ipynb,tests/recorded notebooks)))

# JupyterLab refuses to run as root, as in a container, unless it is told to.
ROOTLY := $(if $(filter 0,$(shell id -u)),--allow-root)
# It keeps its state at home: somewhere else where home is missing or read-only.
STATE = $(shell test -n "$$HOME" && trial=$$(mktemp -d "$$HOME/.trial.XXXXXX" 2>/dev/null) \
    && rmdir "$$trial" && echo "$$HOME" || echo "$$PWD/.venv/home")

.venv/python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.11 or newer" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "this is $$($(PYTHON) -V): Python 3.11 or newer is needed (make PYTHON=python3.12 …)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	    { echo "Python's venv is missing: apt install python3-venv, or your system's like" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv
	@touch $@

# A package that an interrupted set-up left half there looks installed to pip: all of them anew then.
AGAIN := $(if $(wildcard .venv/unfinished),--ignore-installed)

# Not an order-only prerequisite: what empties .venv takes with it all that was installed before.
.venv/student: requirements.txt pyproject.toml .venv/python
	@echo "installing what requirements.txt names into .venv: a minute or so, once"
	@touch .venv/unfinished
	@$(BIN)/pip install --quiet $(AGAIN) -r requirements.txt
	@rm -f .venv/unfinished
	@touch $@

# The proxies of others need other versions of much: they have an environment of their own.
.venv/bench/ready: workbench/bench/requirements.txt .venv/student
	@echo "installing what $< names into .venv/bench: a minute or so, once"
	@$(PYTHON) -m venv --clear .venv/bench
	@.venv/bench/bin/pip install --quiet -r $<
	@touch $@

-include workbench/authors.mk
