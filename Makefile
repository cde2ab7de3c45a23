# The workbook's commands. `make lab` and `make test` set everything up by themselves.
PYTHON ?= python3
BIN    := .venv/bin
RUN    := $(BIN)/python -m workbench
ARGS   ?=
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help lab check doctor test lint refresh skeletons

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1 \t/' | expand -t 20

lab: .venv/student ## set up, and open the notebooks in JupyterLab
	$(BIN)/jupyter lab $(ROOTLY) $(ARGS) notebooks/00_start_here.ipynb

check: .venv/student ## check a lab: make check LAB=01 [ONLY=five_tuple] [HINTS=yes]
	@test -n "$(LAB)" || { echo "name a lab: make check LAB=01" >&2; exit 2; }
	@$(RUN) check "$(LAB)" --only "$(ONLY)" $(if $(HINTS),--hints)

doctor: .venv/student ## say what this machine permits
	@$(RUN) doctor

test: .venv/authors ## every test of the workbook, on the reference
	LABS=lab_solutions $(BIN)/python -m pytest tests notebooks -n 2 --dist loadfile \
	    --nbval --nbval-current-env --nbval-cell-timeout 20 $(ARGS)

lint: .venv/authors ## format and style
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

refresh: .venv/authors ## run the notebooks on the reference and store their outputs
	$(RUN) refresh $(ARGS)

skeletons: .venv/authors ## make labs/ from lab_solutions/
	$(RUN) skeletons $(ARGS)

# JupyterLab refuses to run as root, as in a container, unless it is told to.
ROOTLY := $(if $(filter 0,$(shell id -u)),--allow-root)

.venv/python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.11 or newer" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "this is $$($(PYTHON) -V): Python 3.11 or newer is needed (make PYTHON=python3.12 …)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	    { echo "Python's venv is missing: apt install python3-venv, or your system's like" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/student: requirements.txt pyproject.toml | .venv/python
	@echo "installing what requirements.txt names into .venv: a minute or so, once"
	@$(BIN)/pip install --quiet -r requirements.txt
	@touch $@

.venv/authors: requirements-dev.txt .venv/student
	@echo "installing what requirements-dev.txt names, too"
	@$(BIN)/pip install --quiet -r requirements-dev.txt
	@touch $@
