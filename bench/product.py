"""The product's own WSGI application; only the call that makes a payment page at Stripe is answered in process."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"

from bench.stand_in import session
from marketplace.wsgi import application as application
from payments.gateway import sessions

sessions.create = session
