# Two commands: `make demo` runs the main job, `make test` the tests. Everything installs into .venv.

PYTHON ?= python3
BIN := .venv/bin
YASGUI := service/rubricator_service/static/yasgui/yasgui.min.js
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: demo setup yasgui test lint bench clean

demo: .venv/.demo
	$(BIN)/rubricator demo

setup: .venv/.demo
	@$(MAKE) --no-print-directory yasgui || echo 'Going on without Yasgui: the query page is a plain form.'

# The editor of the query page, into the package. It needs npm; the page works without it.
yasgui: $(YASGUI)

test: .venv/.dev
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

lint: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/hadolint service/Dockerfile
	$(BIN)/yamllint --strict docker-compose.yml

bench: .venv/.dev
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv build dist service/node_modules tests/service/clients/node_modules $(dir $(YASGUI))

$(YASGUI): service/package-lock.json service/build.mjs
	cd service && npm ci --silent && npm run --silent build

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Rubricator needs Python 3.11 or newer; set PYTHON=…")'
	$(PYTHON) -m venv .venv
	$(PIP) 'pip>=25.1'

.venv/.demo: .venv/bin/python pyproject.toml
	@echo 'Installing Rubricator with open_clip and torch: some minutes and 6 GB the first time.'
	$(PIP) --editable '.[demo]'
	@touch $@

.venv/.dev: .venv/.demo
	$(PIP) --group dev
	@touch $@
