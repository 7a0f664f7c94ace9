# make demo: set up .venv and diagnose the first example.  make test: everything that must hold.
PYTHON ?= python3
BIN := .venv/bin
# A venv holds its own path, so one that was built elsewhere or from another pyproject.toml is built again.
PLACE := $(shell (pwd; cat pyproject.toml) | cksum | cut -d' ' -f1)
FIRST := examples/wan-flap-survivability

.PHONY: demo test bench fuzz fuzz-read docs words snapshots clean

demo: .venv/demo-$(PLACE)
	$(BIN)/diagnose run $(FIRST)

CHECKS := "ruff check ." "ruff format --check ." mypy "lint-imports --no-cache" "diagnose rules lint" "diagnose rules test --coverage --min 100"

# Every check runs, whatever the one before it said; the tests come last.
test: .venv/test-$(PLACE)
	@failed=; for check in $(CHECKS); do echo "$$check"; $(BIN)/$$check || failed="$$failed; $$check"; done; \
	test -z "$$failed" || echo "failed$$failed"; \
	$(BIN)/python -m pytest && test -z "$$failed"

bench: .venv/test-$(PLACE)
	$(BIN)/python tests/benchmarks/bench_start.py
	$(BIN)/python tests/benchmarks/bench_scan.py
	$(BIN)/python tests/benchmarks/bench_infer.py
	$(BIN)/python tests/benchmarks/bench_learn.py

# As the differential test of the engines, with more random incidents.
fuzz: .venv/test-$(PLACE)
	DIAGNOSE_DIFFERENTIAL_CASES=$${CASES:-50000} $(BIN)/python -m pytest tests/infer/test_differential.py

# A reader on spoilt input: make fuzz-read READER=open SECONDS=120. Needs atheris, which has wheels for Python 3.11 to 3.13.
READER ?= open
SECONDS ?= 60
fuzz-read: .venv/test-$(PLACE)
	$(BIN)/python -m pip install -q --disable-pip-version-check atheris
	$(BIN)/python tests/fuzz/fuzz_read.py $(READER) --seconds $(SECONDS)

# What is generated: the pages in docs/, the JSON Schema for editors, and what the tutorial's commands print.
docs: .venv/test-$(PLACE)
	$(BIN)/diagnose knowledge facts --format markdown > docs/facts.md
	$(BIN)/diagnose knowledge codes --format markdown > docs/codes.md
	$(BIN)/diagnose rules lint --explain all > docs/lint.md
	$(BIN)/diagnose rules schema -o diagnose/rulebook/rules.schema.json
	$(BIN)/python -m tests.tutorial

# Which words speak for which cause, learned anew from the stories and the incidents of our own.
words: .venv/test-$(PLACE)
	$(BIN)/diagnose rules learn-words $(patsubst %/labels.csv,--incidents %,$(wildcard tests/incidents/*/labels.csv))

# After a change that should show in the examples' reports: write them anew, then read the difference.
snapshots: .venv/test-$(PLACE)
	$(BIN)/python examples/write_reports.py

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/at-$(PLACE):
	rm -rf .venv
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	touch $@

.venv/demo-$(PLACE): .venv/at-$(PLACE)
	$(call install,)
	touch $@

.venv/test-$(PLACE): .venv/at-$(PLACE)
	$(call install,test)
	touch $@ .venv/demo-$(PLACE)

# Install all extras and $(1); durable-rules is compiled from source, so without a C compiler the rest is installed.
comma := ,
define install
@if $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 13))' || $(COMPILES); then \
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[all$(if $(1),$(comma)$(1))]'; \
else \
	echo "no C compiler or Python headers: durable-rules is left out, the reference engine runs the rules"; \
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.$(if $(1),[$(1)])'; \
fi
endef
COMPILES = { command -v $${CC:-cc} >/dev/null && test -f "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h"; }
