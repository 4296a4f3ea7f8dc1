"""The product's settings, with what a server needs that only this bench speaks to."""

from datetime import timedelta

from marketplace.settings.testing import *
from marketplace.settings.testing import CACHES, env

DATABASE_KEEPS_STATEMENTS = True
# What is slow is measured to its end.
SEARCH_MILLISECONDS = 30_000
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="http://127.0.0.1:9")
# One for all workers, who share the throttle's bucket by it.
CACHES = {"default": {**CACHES["default"], "KEY_PREFIX": "bench"}}
# Payouts share the throttle with transfers: none while these are measured.
PAYOUT_RUN_EVERY = timedelta(days=1)
# Where browsers are measured the server has styles and scripts, too.
WHITENOISE_USE_FINDERS = env.bool("SERVES_STATIC", default=False)
