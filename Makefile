# Needs Python 3.11 or newer, make and a package index; everything else is installed into .venv.
# Data of the demo and of the tests is kept apart, in .vafa/.

VAFA := .venv/bin/vafa
ASSETS := .venv/bin/python -m vafa.web.shared.build
.DEFAULT_GOAL := help
.PHONY: help run test soak check bench assets fmt lock venv venv-dev clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: venv ## Install everything and start the demo club
	@$(ASSETS)
	@exec env VAFA_HOME="$(CURDIR)/.vafa" $(VAFA) demo

test: venv-dev ## Run all checks and tests
	@sh tools/browser.sh
	@$(ASSETS)
	@exec env VAFA_HOME="$(CURDIR)/.vafa/test" $(VAFA) with-database sh tools/test.sh

soak: venv-dev ## Run the long proofs for hours: a million steps, 1,000 kills
	@$(ASSETS)
	@exec env VAFA_HOME="$(CURDIR)/.vafa/test" $(VAFA) with-database sh tools/soak.sh

check: venv-dev ## Run lint, types, import rules and migrations check
	@$(ASSETS)
	@exec env VAFA_HOME="$(CURDIR)/.vafa/test" $(VAFA) with-database sh tools/check.sh

bench: venv-dev ## Measure speed against the machine's own limits
	@$(ASSETS)
	@exec env VAFA_HOME="$(CURDIR)/.vafa/bench" $(VAFA) bench

assets: venv ## Build styles, scripts, fonts and translations
	@$(ASSETS)

fmt: venv-dev ## Format the code
	@.venv/bin/ruff check --fix --quiet
	@.venv/bin/ruff format

lock: venv-dev ## Lock the Python packages again
	@sh tools/lock.sh

clean: ## Remove what was installed and built, and the demo's data
	@for each in .vafa .vafa/test .vafa/bench; do \
	    if [ -x $(VAFA) ] && [ -d $$each ]; then VAFA_HOME="$(CURDIR)/$$each" $(VAFA) stop; fi; \
	done
	rm -rf .venv .vafa node_modules src/vafa/web/shared/static/build src/vafa/web/shared/static/guide

venv:
	@sh tools/venv.sh run

venv-dev:
	@sh tools/venv.sh dev
