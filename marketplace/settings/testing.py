"""Tests: real PostgreSQL and Redis; cheap password hashes, mail in memory, files in a folder of their own."""

import atexit
import secrets
import shutil
import tempfile
from pathlib import Path

from marketplace.settings.base import *
from marketplace.settings.base import CACHES, STORAGES

TESTING = True
SECRET_KEY = "testing-only-" + "x" * 40
ALLOWED_HOSTS = ["*"]
SITE_URL = "http://testserver"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Limits that one run has used up are not the next one's.
CACHES = {"default": {**CACHES["default"], "KEY_PREFIX": secrets.token_hex(4)}}
# A folder for each process: tests that run side by side count what lies in theirs.
_FILES = Path(tempfile.mkdtemp(prefix="artisan-tests-"))
atexit.register(shutil.rmtree, _FILES, ignore_errors=True)
MEDIA_ROOT = _FILES / "media"
STATIC_ROOT = _FILES / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
STORAGES = {
    **STORAGES,
    "private": {**STORAGES["private"], "OPTIONS": {"location": str(_FILES / "private")}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STRIPE_SECRET_KEY = "sk_test_sandbox"  # noqa: S105 - made up
STRIPE_WEBHOOK_SECRET = STRIPE_CONNECT_WEBHOOK_SECRET = STRIPE_V2_WEBHOOK_SECRET = "whsec_testing"  # noqa: S105 - made up
STRIPE_API_BASE = "http://127.0.0.1:9"  # nothing listens; tests that speak to the sandbox set its address
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_THROTTLE_CLASSES": []}
SITE_RULES_REREAD_SECONDS = 3600  # tests count queries; each begins with nothing set (tests/conftest.py)
OPERATION_LANES = 1  # in the test's own thread, one after the other; tests of the lanes ask for more
