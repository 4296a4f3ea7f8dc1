"""For worker processes of tests: the settings of the test run, another Stripe address, short leases."""

import os
from datetime import timedelta
from importlib import import_module

_base = import_module(os.environ["BASE_SETTINGS"])
vars().update({name: getattr(_base, name) for name in dir(_base) if name.isupper()})

STRIPE_API_BASE = os.environ["STRIPE_API_BASE"]
OPERATION_LEASE = timedelta(seconds=5)
PAYOUT_RUN_EVERY = timedelta(seconds=2)
