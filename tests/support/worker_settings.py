"""For worker processes of tests: the settings of the test run, another Stripe address, short leases."""

import os
from datetime import timedelta
from importlib import import_module

from tests.support.sandbox import CONNECT_SECRET, SECRET, V2_SECRET

_base = import_module(os.environ["BASE_SETTINGS"])
vars().update({name: getattr(_base, name) for name in dir(_base) if name.isupper()})

STRIPE_API_BASE = os.environ["STRIPE_API_BASE"]
STRIPE_WEBHOOK_SECRET, STRIPE_CONNECT_WEBHOOK_SECRET, STRIPE_V2_WEBHOOK_SECRET = SECRET, CONNECT_SECRET, V2_SECRET
OPERATION_LEASE = timedelta(seconds=5)
PAYOUT_RUN_EVERY = timedelta(seconds=2)
