# Set up, run and check the program. Everything lands in .venv and var; `make` alone lists the targets.

.DEFAULT_GOAL := help
.PHONY: help run test test-services test-real lint bench clean catalogues

VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
SETTINGS := DATABASE_URL REDIS_URL SECRET_KEY ALLOWED_HOSTS DEBUG MEDIA_ROOT EMAIL_URL DEFAULT_LANGUAGE PORT VAR_DIR
EMBEDDED := env $(foreach name,$(SETTINGS),-u $(name))
PARALLEL := --numprocesses auto --maxprocesses 8

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/installed ## Set up, load the demo school once, serve http://127.0.0.1:8000 until Ctrl-C
	@$(MANAGE) up --demo

test: catalogues ## The whole suite on the embedded default: SQLite, no other server
	@$(EMBEDDED) $(BIN)/pytest $(PARALLEL) -m "not services and not browser and not real"

test-services: catalogues ## The same suite on PostgreSQL and Redis, and the journeys in a browser
	@$(BIN)/python -m tests.servers $(BIN)/pytest $(PARALLEL) -m "not real and not embedded"

test-real: catalogues ## The real lessons in $LESSONS and the published classes in $GROUPING, against other counts
	@$(EMBEDDED) $(BIN)/pytest -m real

lint: $(VENV)/installed-dev ## Style, layers, types, templates, migrations and translations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/djlint --quiet --lint templates
	@$(BIN)/lint-imports
	@$(EMBEDDED) $(BIN)/mypy
	@$(EMBEDDED) $(MANAGE) makemigrations --check --dry-run
	@$(EMBEDDED) $(MANAGE) translations --check

bench: $(VENV)/installed-dev ## Speed and memory against a bare floor, one JSON object a line
	@$(EMBEDDED) $(BIN)/python -m tests.bench

clean: ## Remove what can be made again; the data in var stay
	rm -rf $(VENV) var/static .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

catalogues: $(VENV)/installed-dev
	@$(EMBEDDED) $(MANAGE) translations --compile --verbosity 0

$(VENV)/installed: requirements.txt constraints.txt | $(BIN)/python
	@echo "Installing what the program needs …"
	@$(PIP) --requirement requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@echo "Installing what the tests and checks need …"
	@$(PIP) --requirement requirements-dev.txt
	@touch $@

$(BIN)/python:
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		$$python -m venv $(VENV) && exit; \
		rm -rf $(VENV); \
		echo "Python cannot make an environment; on Debian or Ubuntu: apt install python3-venv" >&2; \
		exit 1; \
	done; \
	echo "Python 3.11 or newer is needed. Install it, or name it: make run PYTHON=/path/to/python" >&2; \
	exit 1
