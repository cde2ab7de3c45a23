# The commands of authors and teachers. The Makefile includes this; a student's copy lacks it.
.PHONY: test lint refresh skeletons mutate release grade book hub

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

mutate: .venv/authors ## changes to the reference that no check notices: make mutate [LAB=03]
	@$(RUN) mutate $(LAB) $(ARGS)

release: .venv/authors ## write the students' edition: make release DIR=../students
	@test -n "$(DIR)" || { echo "name a folder: make release DIR=../students" >&2; exit 2; }
	@$(RUN) release "$(DIR)" $(ARGS)

grade: .venv/authors ## mark submissions: make grade SUBMISSIONS=../class [LAB=03] [ARGS=--help]
	@$(RUN) grade $(SUBMISSIONS) $(if $(LAB),--lab $(LAB)) $(ARGS)

# For authors the benchmark measures the reference; LABS=labs has it measure what is there.
bench: export LABS ?= lab_solutions

book: .venv/book/ready ## the notebooks as a book: _build/book/index.html
	@$(RUN) book $(ARGS)

hub: .venv/hub/ready ## install JupyterHub for a class: see workbench/hub/README.md

.venv/authors: requirements-dev.txt .venv/student
	@echo "installing what requirements-dev.txt names, too"
	@$(BIN)/pip install --quiet -r requirements-dev.txt
	@touch $@

# Jupyter Book needs other versions of much: it has an environment of its own.
.venv/book/ready: workbench/book/requirements.txt .venv/authors
	@echo "installing what $< names into .venv/book: a minute or so, once"
	@$(PYTHON) -m venv --clear .venv/book
	@.venv/book/bin/pip install --quiet -r $<
	@touch $@

# JupyterHub goes well with the workbook's own; its proxy is a program for Node: 20, and 18 was seen to do.
HUB_PROXY := configurable-http-proxy@5.3.0
.venv/hub/ready: workbench/hub/requirements.txt .venv/authors
	@command -v npm >/dev/null || { echo "npm is missing: apt install nodejs npm" >&2; exit 1; }
	@echo "installing JupyterHub and its proxy: a minute or so, once"
	@$(BIN)/pip install --quiet -r $<
	@npm install --silent --no-audit --no-fund --prefix .venv/hub $(HUB_PROXY)
	@touch $@
