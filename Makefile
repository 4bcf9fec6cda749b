# Needs Python 3.11 or newer, make and curl. `make` alone lists what there is to do.
PYTHON ?= python3
LESSON ?=
ARGS ?=

export PATH := $(CURDIR)/.venv/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help lab test check conformance lessons remove setup

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*##  *\(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-17s %s\n", $$1, $$2 }'

lab: setup  ## set up what is missing, get an engine, open JupyterLab on lesson 01 (ARGS="--no-browser --port 9999")
	@drydock lab $(ARGS)

test: setup  ## set up what is missing, then run every test (ARGS goes to pytest)
	@python -m tools.test $(ARGS)

check: setup  ## linters and types only: seconds
	@ruff check . && ruff format --check . && mypy && python -m tools.catalogue --check

conformance: setup  ## run Kubernetes' conformance suite against the course's cluster; hours, and it goes on where it was (ARGS="--help")
	@python -m tools.conformance $(ARGS)

lessons: setup  ## regenerate the notebooks and run those that changed (LESSON=04 for one)
	@python -m tools.lessons $(if $(LESSON),--lesson $(LESSON))

remove: setup  ## stop our engine and delete all that is ours, except work/ and your progress; says what and how much space
	@drydock remove && du -sm .venv | awk '{ print "Deleted .venv: " $$1 " MB" }' && rm -rf .venv

setup:
	@$(PYTHON) tools/bootstrap.py
