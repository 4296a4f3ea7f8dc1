# Every target is one call of scripts/artisan.py, which needs nothing but Python 3.11 to 3.13.
# Options by environment: PORT, LISTEN, DATABASE_URL, REDIS_URL, DATA_DIR, CHROMIUM, ARTISAN_SERVERS=packages, ARGS.

PYTHON ?= python3
ARTISAN = @$(PYTHON) scripts/artisan.py

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

.PHONY: demo
demo: ## Start the product with demo data; Ctrl-C stops it, a second run takes up the same data
	$(ARTISAN) demo

.PHONY: demo-reset
demo-reset: ## Throw the demo's data away
	$(ARTISAN) demo-reset

.PHONY: dev
dev: ## The same with DEBUG on, reloading what changes
	$(ARTISAN) dev

.PHONY: test
test: ## Run the tests, browser tests included (ARGS="-k refund" for some of them)
	$(ARTISAN) test

.PHONY: test-long
test-long: ## Run the tests that are too long for make test
	$(ARTISAN) test-long

.PHONY: bench-money
bench-money: ## Measure the money core against its goals; 1 where one is missed (ARGS="posting fee --rounds 3")
	$(ARTISAN) bench-money

.PHONY: bench-orders
bench-orders: ## Measure checkout, order page and sweep against their goals (ARGS="flags --waiting 100000")
	$(ARTISAN) bench-orders

.PHONY: bench-catalogue
bench-catalogue: ## Measure search, results and gig pages with up to a million gigs (ARGS="search --gigs 100000")
	$(ARTISAN) bench-catalogue

.PHONY: bench-live
bench-live: ## Measure how soon a message stands before the other, with 200 open windows (ARGS="--windows 50")
	$(ARTISAN) bench-live

.PHONY: check
check: ## Run the static checks, as CI does first (python3 scripts/artisan.py check mypy for one of them)
	$(ARTISAN) check

.PHONY: format
format: ## Lay out the sources as the checks want them
	$(ARTISAN) format

.PHONY: install
install: ## Install the development packages into .venv and start nothing
	$(ARTISAN) install

.PHONY: lock
lock: ## Bring the lock files into step with pyproject.toml (ARGS=--upgrade for the newest releases)
	$(ARTISAN) lock $(ARGS)

.PHONY: lock-check
lock-check: ## Say whether the lock files are in step
	$(ARTISAN) lock-check

.PHONY: messages
messages: ## Bring the translations in locale/ into step with the sources (docs/translating.md)
	$(ARTISAN) messages

.PHONY: assets
assets: ## Build static/css/site.css, static/js/site.js and what else comes from assets/
	$(ARTISAN) assets

.PHONY: assets-check
assets-check: ## Say whether the built CSS and script are in step with their sources
	$(ARTISAN) assets-check

.PHONY: shell
shell: ## A Python shell in the demo that runs here
	$(ARTISAN) shell

.PHONY: manage
manage: ## Any management command in the demo that runs here (ARGS="check_ledger")
	$(ARTISAN) manage $(ARGS)

.PHONY: backup
backup: ## Write database and files of the demo here into .data/backups (ARGS="--to FOLDER")
	$(ARTISAN) backup $(ARGS)

.PHONY: restore
restore: ## Put a backup back, with refunds, transfers and payouts stopped until Stripe agrees (ARGS=FOLDER)
	$(ARTISAN) restore $(ARGS)

.PHONY: screenshots
screenshots: ## Take the pictures of the README from the demo that runs here
	$(ARTISAN) screenshots $(ARGS)

.PHONY: audit
audit: ## Measure the demo's pages with Lighthouse and axe against their budgets, into docs/quality.md; 1 where one is missed
	$(ARTISAN) audit

.PHONY: states
states: ## Take the pictures of docs/states.md: every situation of an order, for both sides and staff
	@WRITE_PICTURES=1 TEST_PROCESSES=1 ARGS="tests/screens -q" $(PYTHON) scripts/artisan.py test-long
