# Two commands on a fresh machine: make demo, make test. Everything else is the ordinary tools, called by name.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet

.PHONY: demo test check bench proof lock setup browser go

demo: setup
	$(BIN)/gateway demo

test: setup browser go
	$(BIN)/pytest -n 2 --dist loadscope

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/gateway policy check

bench: setup
	set -e; for each in benchmarks/*.py; do $(BIN)/python $$each; done

setup: $(VENV)/ready static/nhsuk/VERSION

$(VENV)/ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

static/nhsuk/VERSION: package.json package-lock.json | $(VENV)/ready
	$(BIN)/python hatch_build.py

node_modules/axe-core/axe.min.js: package-lock.json | $(VENV)/ready
	$(BIN)/python -c "import hatch_build; hatch_build.npm(hatch_build.ROOT, 'ci', '--ignore-scripts', '--no-audit', '--no-fund')"

# A browser that is there, else Debian's where root allows, else Playwright's own download.
browser: $(VENV)/ready node_modules/axe-core/axe.min.js
	@command -v chromium chromium-browser google-chrome >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	  || $(BIN)/playwright install chromium \
	  || echo "no browser can be had here: the browser tests will say so"

# Go with its own tile log packages, another party's reader of our log: there, else Debian's where root allows.
go:
	@{ command -v go >/dev/null && [ -d /usr/share/gocode/src/golang.org/x/mod ]; } \
	  || { [ "$$(id -u)" = 0 ] && apt-get update -qq \
	    && apt-get install -y -qq --no-install-recommends golang-go golang-golang-x-mod-dev >/dev/null; } \
	  || echo "no go client can be had here: its tests will say so"

lock:
	$(BIN)/$(LOCK) pyproject.toml -o requirements/run.txt
	$(BIN)/$(LOCK) --extra dev pyproject.toml -o requirements/dev.txt

proof: setup browser go
	GATEWAY_PROOF=full $(BIN)/pytest -n 2 --dist loadscope
