"""The demo's settings with timers of seconds, chosen by the journeys: the site's own timers, no patched clock."""

import json
import os
from datetime import timedelta

from marketplace.settings.demo import *  # noqa: F403
from marketplace.settings.demo import ORDER_RULES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ACCOUNT_RATE_LIMITS = False
ORDER_RULES = {
    **ORDER_RULES,
    **{name: timedelta(seconds=value) for name, value in json.loads(os.environ.get("JOURNEY_RULES", "{}")).items()},
}
PAYOUT_RUN_EVERY = timedelta(seconds=3)
# Files are collected under their hashed names as in production, but compressing them takes longer than a journey.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("css", "js", "json", "map", "svg", "txt", "html", "xml", "ico", "md", "woff2")
