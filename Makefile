# Every target sets up what it needs first: Debian packages, .venv/cpXY, build/cpXY.
# PY=3.12 chooses the Python; without it the newest supported one that is found is taken.
# PYTEST_ARGS and ARGS are passed on.
.DEFAULT_GOAL := help
SHELL := /bin/bash
setup := tools/setup.sh $(if $(PY),--python $(PY))
environment = $(shell tools/environment.sh $(PY))
python = .venv/$(environment)/bin/python
build_dir = build/$(environment)

.PHONY: help build demo test test-cpp test-py exhaustive conformance bench wheel lint format clean
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

build: ## set up, and build what changed
	@$(setup)

demo: build ## run the examples on real data, under CPython and under aipy
	@$(python) examples/run.py $(ARGS)

test: test-cpp test-py ## all tests: C++ units, then pytest

test-cpp: build ## C++ unit tests
	@flock $(build_dir).lock cmake --build $(build_dir) --target aipy_tests -- --quiet
	@ctest --test-dir $(build_dir) --output-on-failure $(CTEST_ARGS)

test-py: build ## IR files and Python tests
	@$(python) -m pytest $(PYTEST_ARGS)

exhaustive: build ## the tests that take many minutes: each guard fails in turn, more generated programs, 10,000 versions
	@$(python) -m pytest -m exhaustive $(PYTEST_ARGS)

conformance: build ## CPython's own language tests, every function compiled; ARGS=--all: the whole of Lib/test
	@$(python) tests/conformance/run.py $(ARGS)

bench: ## the benchmark suite against CPython, Numba, PyPy and C++
	@$(setup) --groups "build bench"
	@$(python) benchmarks/run.py $(ARGS)

wheel: ## a wheel in dist/, tried in an empty environment
	@wheels/build.sh $(PY)

lint: ## ruff, mypy, clang-format, clang-tidy (TIDY=no leaves out the last, which is slow)
	@$(setup) --groups "build test lint" --until configure
	@$(python) tools/lint.py $(if $(filter no,$(TIDY)),,--build $(build_dir))

format: ## rewrite the sources in the project's format
	@$(setup) --groups "build test lint" --until environment
	@$(python) tools/lint.py --fix

clean: ## remove everything built and every environment
	rm -rf build .venv
