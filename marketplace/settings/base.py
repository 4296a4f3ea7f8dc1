"""Settings shared by every way of running the site. Everything that differs comes from the environment."""

from __future__ import annotations

from datetime import timedelta
from email.utils import formataddr
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

from marketplace.settings.signing_in import *
from marketplace.settings.signing_in import SOCIAL_APPS, SOCIAL_ORIGINS

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data")))

SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
SITE_NAME = env.str("SITE_NAME", default="Artisan")
SITE_TAGLINE = _("Small jobs, done well, today")
OPERATOR_NAME = env.str("OPERATOR_NAME", default=SITE_NAME)
OPERATOR_EMAIL = env.str("OPERATOR_EMAIL", default="help@localhost")
# What receipts and invoices say of the operator: lines of the address with | between, rate of VAT within the fees.
OPERATOR_LEGAL_NAME = env.str("OPERATOR_LEGAL_NAME", default="")
OPERATOR_ADDRESS = [line.strip() for line in env.str("OPERATOR_ADDRESS", default="").split("|") if line.strip()]
OPERATOR_TAX_ID = env.str("OPERATOR_TAX_ID", default="")
OPERATOR_VAT_BASIS_POINTS = env.int("OPERATOR_VAT_BASIS_POINTS", default=0)
# Fonts (TrueType files) for scripts that the documents' own font does not have, tried in order.
DOCUMENT_FONTS = env.list("DOCUMENT_FONTS", default=[])

DEBUG = False
# Every page says that the site is back soon.
MAINTENANCE = env.bool("MAINTENANCE", default=False)
DEMO = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
# How many proxies of ours stand in front: rate limits believe that many entries of X-Forwarded-For, and no more.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=int(env.bool("BEHIND_PROXY", default=False)))
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "marketplace.kernel",
    "accounts",
    "inbox",
    "payments",
    "orders",
    "gigs",
    "marketplace.setup",
    "marketplace.pages",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    *SOCIAL_APPS,
    "allauth.usersessions",
    "anymail",
    "django_htmx",
    "heroicons",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "marketplace.pages.compression.CompressPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "marketplace.pages.broken.MaintenanceMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.web.middleware.ReaderLanguageMiddleware",
    "accounts.web.middleware.ReaderTimeZoneMiddleware",
    "accounts.web.middleware.FormerHandleMiddleware",
    "marketplace.pages.middleware.DomainErrorMiddleware",
    "gigs.statistics.middleware.CountAfterAnswer",
]

ROOT_URLCONF = "marketplace.urls"
WSGI_APPLICATION = "marketplace.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "marketplace.pages.context.site",
            ],
            "builtins": ["heroicons.templatetags.heroicons", "marketplace.kernel.templatetags.components"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.db_url("DATABASE_URL", default="postgres://localhost/artisan")}
DATABASES["default"].update(
    {
        "ENGINE": "marketplace.kernel.postgresql",
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
        # PgBouncer in transaction mode works: nothing of a session outlives its transaction.
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
)
# Statements that are asked all the time are parsed and planned once for a connection (kernel/prepared.py). Not behind
# a PgBouncer that pools transactions: there a statement may meet a connection that does not know it.
DATABASE_KEEPS_STATEMENTS = env.bool("DATABASE_KEEPS_STATEMENTS", default=False)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://localhost:6379/0")
CACHES = {"default": {"BACKEND": "marketplace.kernel.cache.RedisCache", "LOCATION": REDIS_URL}}
# The live line (marketplace/live.py): where browsers find it, /live/ behind a proxy that leads there, or a whole
# address. Empty: there is none, and open pages ask every few seconds. How many may listen to one process at a time.
LIVE_URL = env.str("LIVE_URL", default="")
LIVE_CONNECTIONS = env.int("LIVE_CONNECTIONS", default=5_000)
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# How long one statement of a search may take before the page shows less; docs/operations.md.
SEARCH_MILLISECONDS = env.int("SEARCH_MILLISECONDS", default=1_000)

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    # A request that asks for a hurry gives up at once where the broker is away; the sweeps find the rows.
    "socket_connect_timeout": 2,
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]  # each has to be whole: docs/translating.md
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = env.str("BUSINESS_TIME_ZONE", default="Europe/Dublin")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(DATA_DIR / "media")))
PRIVATE_ROOT = Path(env.str("PRIVATE_ROOT", default=str(DATA_DIR / "private")))
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(PRIVATE_ROOT)}},
    "staticfiles": {"BACKEND": "marketplace.kernel.staticfiles.HashedStaticFiles"},
}
# Source maps are large, and read by developers only.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
MAX_UPLOAD_BYTES = env.int("MAX_UPLOAD_BYTES", default=1_100_000_000)
# What one person may upload in a day, and what may come from one address before anybody has signed in.
UPLOAD_BYTES_A_DAY = env.int("UPLOAD_BYTES_A_DAY", default=5_000_000_000)
# What one person may have uploaded and not sent yet.
WAITING_UPLOAD_BYTES = env.int("WAITING_UPLOAD_BYTES", default=5_000_000_000)
# A virus scanner (clamd) that every file passes before it is sent on: host:port or a socket's path; empty: none.
CLAMAV_ADDRESS = env.str("CLAMAV_ADDRESS", default="")
UNSIGNED_UPLOAD_BYTES_AN_HOUR = env.int("UNSIGNED_UPLOAD_BYTES_AN_HOUR", default=200_000_000)
# One import of gigs by CSV: rows and bytes.
GIG_IMPORT_ROWS = env.int("GIG_IMPORT_ROWS", default=2_000)
GIG_IMPORT_BYTES = env.int("GIG_IMPORT_BYTES", default=50_000_000)
DATA_UPLOAD_MAX_NUMBER_FILES = 30
FILE_UPLOAD_PERMISSIONS = 0o640

EMAIL_URL = env.str("EMAIL_URL", default="")
EMAIL_CONFIG = env.email_url_config(EMAIL_URL or "consolemail://")
vars().update(EMAIL_CONFIG)
# A mail provider by its API (django-anymail: postmark, mailgun, amazon_ses…), with its own settings as JSON, and the
# user:password by which it tells what came back (https://…/mail/events/). With EMAIL_URL as well mail goes by
# SMTP, and the provider is only heard.
EMAIL_PROVIDER = env.str("EMAIL_PROVIDER", default="")
EMAIL_WEBHOOK_SECRET = env.str("EMAIL_WEBHOOK_SECRET", default="")
ANYMAIL: dict[str, object] = {**env.json("EMAIL_PROVIDER_OPTIONS", default={}), "WEBHOOK_SECRET": EMAIL_WEBHOOK_SECRET}
if EMAIL_PROVIDER and not EMAIL_URL:
    EMAIL_BACKEND = f"anymail.backends.{EMAIL_PROVIDER}.EmailBackend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=formataddr((SITE_NAME, OPERATOR_EMAIL)))

# Web push: the site's own key (manage.py make_vapid_key; empty: not offered), and where push services reach its
# operator.
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", default="")
VAPID_SUBJECT = env.str("VAPID_SUBJECT", default=f"mailto:{OPERATOR_EMAIL}")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.rest.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "120/min", "user": "600/min"},
    "NUM_PROXIES": TRUSTED_PROXIES,
    "EXCEPTION_HANDLER": "marketplace.rest.errors.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME} API",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "marketplace.rest.schema.named_as_the_site",
    ],
    "DESCRIPTION": "Read the catalogue and your own orders. Amounts are integer minor units with an ISO 4217 code.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "OrderStateEnum": "orders.rest.serializers.STATES",
        "QuestionKindEnum": "orders.rest.serializers.KINDS",
        "ProposalKindEnum": ["extension", "extra", "cancel", "refund"],
        "SideEnum": ["buyer", "seller"],
        "GigStateEnum": ["active", "paused"],
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

_LIVE_ORIGINS = [LIVE_URL.partition("?")[0]] if "://" in LIVE_URL else []
# Pages carry no inline script or style; a form may lead to the hosted payment page, and to who says who somebody is.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF, *_LIVE_ORIGINS],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF, "https://checkout.stripe.com", "https://connect.stripe.com", *SOCIAL_ORIGINS],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True

# Money. A site settles in one or more currencies, each gig is priced in one of them; amounts are in minor units.
SETTLEMENT_CURRENCIES = env.list("SETTLEMENT_CURRENCIES", default=["EUR"])
SETTLEMENT_CURRENCY: str = SETTLEMENT_CURRENCIES[0]  # what is offered first
# A site's own limits and thresholds by currency and name, in minor units: {"SEK": {"charge_maximum_minor": 2500000}}.
# The names and what is shipped: payments/currencies.py and the fields of orders/rules.py that end in _minor.
CURRENCY_RULES: dict[str, dict[str, int]] = env.json("CURRENCY_RULES", default={})
PLATFORM_COUNTRY = env.str("PLATFORM_COUNTRY", default="IE")
# Countries whose sellers can be paid from the platform's region (self-serve cross-border payouts).
PAYOUT_COUNTRIES = env.list(
    "PAYOUT_COUNTRIES",
    default=[
        "AT",
        "BE",
        "BG",
        "CH",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GB",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ],
)
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_CONNECT_WEBHOOK_SECRET = env.str("STRIPE_CONNECT_WEBHOOK_SECRET", default=STRIPE_WEBHOOK_SECRET)
STRIPE_V2_WEBHOOK_SECRET = env.str("STRIPE_V2_WEBHOOK_SECRET", default=STRIPE_WEBHOOK_SECRET)
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="")  # empty: Stripe itself; an address: the local sandbox

# The shape of Stripe's accounts that is spoken: v2, or v1 where the platform's account does not offer v2.
STRIPE_ACCOUNTS_API = env.str("STRIPE_ACCOUNTS_API", default="v2")

# Payouts from sellers' connected balances to their banks: the first at once, then as each seller wants it; this is what
# those have who never said. Weekday 0 is Monday.
PAYOUT_SCHEDULE = env.str("PAYOUT_SCHEDULE", default="weekly")
PAYOUT_WEEKDAY = env.int("PAYOUT_WEEKDAY", default=0)
PAYOUT_RUN_EVERY = timedelta(seconds=60)
# Refused cards after which a payment page is closed, and after which a person or an address waits for a day.
PAYMENT_FAILURES_A_PAGE = 5
PAYMENT_FAILURES_A_DAY = 10
# Of a release, in 1/10,000: what pays a seller's debts before the rest is sent, and what is kept longer while they
# are new (their first RESERVE_ORDERS releases; 0: nothing is).
DEBT_RECOVERY_CAP_BP = env.int("DEBT_RECOVERY_CAP_BP", default=5_000)
RESERVE_BP = env.int("RESERVE_BP", default=0)
RESERVE_PERIOD = timedelta(days=env.int("RESERVE_DAYS", default=30))
RESERVE_ORDERS = env.int("RESERVE_ORDERS", default=10)
# How long a worker has a call to Stripe to itself: longer than the call may take (3 s to connect, 20 s to read).
OPERATION_LEASE = timedelta(seconds=90)
# What is usual for work of one size is said from so many completed orders of so many sellers on.
GUIDANCE_LEAST_ORDERS = env.int("GUIDANCE_LEAST_ORDERS", default=20)
GUIDANCE_LEAST_SELLERS = env.int("GUIDANCE_LEAST_SELLERS", default=3)
# Different visitors of one day from which on a search is kept: what fewer people typed is their own affair.
SEARCHES_LEAST_VISITORS = env.int("SEARCHES_LEAST_VISITORS", default=5)
# How many workers go through timers at the same time while more are due than one can do.
SWEEPERS = env.int("SWEEPERS", default=2)
# How many calls to Stripe one worker process makes at a time, and how many calls a second may move money out of all
# processes together. Stripe allows 25.
OPERATION_LANES = env.int("OPERATION_LANES", default=8)
STRIPE_OUTFLOWS_PER_SECOND = env.int("STRIPE_OUTFLOWS_PER_SECOND", default=20)

# How often Stripe's record is compared with ours; while outflows wait for it, every few minutes.
RECONCILE_EVERY = timedelta(minutes=30)

# Overrides of the durations (as timedelta) and rates in orders/rules.py, by field name.
ORDER_RULES: dict[str, object] = {}
# What an operator sets in the admin comes before both. Every process reads it again after so many seconds for its
# pages; an order always freezes what is valid then.
SITE_RULES_REREAD_SECONDS = 10

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"stripe": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
