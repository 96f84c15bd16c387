# Each target works as the first command ever run: it makes its environment itself, in .venv.
VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check --quiet
LOCK := pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links
SOURCES := src tests benchmarks tools

.PHONY: demo demo-law test check bench bench-text bench-desk docs messages mutate-packs mutate-walls lock clean

# Official tables beside the project, where they are; else the excerpt that it carries.
FIGURES := $(wildcard ../shared/data)

demo: $(VENV)/.main  ## the desk with invented people, at http://127.0.0.1:8000, and the observatory at :8001
	@$(VENV)/bin/asylon demo $(if $(FIGURES),--figures $(FIGURES))

demo-law: $(VENV)/.main  ## the law engine on the real cases in examples/
	@for case in examples/*.json; do \
		$(VENV)/bin/asylon duties $$case --on 2026-11-21 || exit 1; echo; done
	@echo "Every reckoning line by line: $(VENV)/bin/asylon duties CASE.json --why"

test: $(VENV)/.dev  ## everything on SQLCipher, journeys in a browser included; then the desk on PostgreSQL
	$(PYTHON) -m pytest
	$(PYTHON) -m pytest tests/desk --store postgresql

check: $(VENV)/.dev  ## form, types, imports, packs, documents
	$(VENV)/bin/ruff format --check $(SOURCES)
	$(VENV)/bin/ruff check $(SOURCES)
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PYTHON) -m pytest -q tests/test_sizes.py
	$(VENV)/bin/asylon law check
	$(PYTHON) -m tools.brief_table --check

bench: $(VENV)/.bench
	$(PYTHON) -m benchmarks.run

bench-text: $(VENV)/.bench  ## figures read out of text, scored on two corpora beside three peers
	$(PYTHON) -m benchmarks.text

bench-desk: $(VENV)/.dev  ## pages of the desk at 5,000 cases on both stores, beside Django's admin
	$(PYTHON) -m benchmarks.desk

docs: $(VENV)/.main  ## the documents that are derived from the packs
	$(PYTHON) -m tools.brief_table > docs/brief-rows.md.new && mv docs/brief-rows.md.new docs/brief-rows.md

messages: $(VENV)/.dev  ## collect the messages of the sources into every catalogue
	$(PYTHON) -m tools.messages

mutate-walls: $(VENV)/.dev  ## take away every control of the desk in turn: some test must fail
	$(PYTHON) -m tools.mutate_walls

mutate-packs: $(VENV)/.dev  ## change every single number of every pack: some example must fail
	$(PYTHON) -m tools.mutate_packs

$(VENV)/bin/python:
	@command -v python3 >/dev/null || { echo "Python 3.11 or newer is needed: install python3."; exit 2; }
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; this is $$(python3 --version)."; exit 2; }
	@python3 -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); \
		{ [ "$$(id -u)" = 0 ] && apt-get update -q >/dev/null && apt-get install -y -q python3-venv >/dev/null && python3 -m venv $(VENV); } || \
		{ rm -rf $(VENV); echo "The venv module is missing: run 'sudo apt install python3-venv' and try again."; exit 2; }; }

$(VENV)/.main: $(VENV)/bin/python requirements/main.txt requirements/desk.txt requirements/observatory.txt pyproject.toml
	@echo "Making the environment in $(VENV) …"
	@$(PIP) install --require-hashes -r requirements/main.txt
	@$(PIP) install --require-hashes -r requirements/desk.txt
	@$(PIP) install --require-hashes -r requirements/observatory.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.main requirements/dev.txt requirements/spark.txt
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@if command -v java >/dev/null; then $(PIP) install --require-hashes -r requirements/spark.txt; fi
	@touch $@

$(VENV)/.bench: $(VENV)/.dev requirements/bench.txt
	@$(PIP) install --require-hashes -r requirements/bench.txt
	@touch $@

lock: $(VENV)/.dev  ## pin the newest versions that fit, with hashes and no addresses
	cd requirements && for name in main desk observatory dev spark bench; do \
		../$(VENV)/bin/$(LOCK) --upgrade --output-file $$name.txt $$name.in || exit 1; done

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis
