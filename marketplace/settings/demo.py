"""The demo: production's code with short timers, a local mail page and the local Stripe sandbox."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256

from marketplace.settings.base import *
from marketplace.settings.base import CONTENT_SECURITY_POLICY, DATA_DIR, INSTALLED_APPS, SITE_URL, STRIPE_API_BASE, env

DEMO = DATABASE_KEEPS_STATEMENTS = True
INSTALLED_APPS = [*INSTALLED_APPS, "marketplace.demo"]
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [SITE_URL]

EMAIL_BACKEND = "marketplace.demo.mail_backend.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
# A key of this demo alone, so that browsers can be allowed to show notices.
VAPID_PRIVATE_KEY = urlsafe_b64encode(sha256(f"push:{SECRET_KEY}".encode()).digest()).rstrip(b"=").decode()

CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(STRIPE_API_BASE)

# Short enough to watch. Production's values stand in orders/rules.py.
ORDER_RULES = {
    "request_answer": timedelta(minutes=20),
    "request_payment": timedelta(minutes=20),
    "payment_window": timedelta(minutes=5),
    "undo": timedelta(minutes=1),
    "requirements_timeout": timedelta(minutes=30),
    "pause": timedelta(minutes=10),
    "proposal_answer": timedelta(minutes=20),
    "proposal_answer_short": timedelta(minutes=10),
    "acceptance": timedelta(minutes=5),
    "acceptance_reminder": timedelta(minutes=2),
    "step_funding": timedelta(minutes=20),
    "very_late_minimum": timedelta(minutes=2),
    "very_late_long": timedelta(minutes=5),
    "late_hard_stop": timedelta(minutes=30),
    "clearing_fast": timedelta(minutes=1),
    "clearing_trusted": timedelta(minutes=2),
    "clearing_standard": timedelta(minutes=3),
    "dispute_answer_small": timedelta(minutes=10),
    "dispute_answer_large": timedelta(minutes=10),
    "appeal": timedelta(minutes=2),
}

# A demo has few orders; pages say how many they go by.
GUIDANCE_LEAST_ORDERS, GUIDANCE_LEAST_SELLERS = 4, 2

# The first payout reaches the bank while somebody watches; later ones go daily, or by the button.
PAYOUT_SCHEDULE = "daily"
PAYOUT_RUN_EVERY = timedelta(seconds=10)
