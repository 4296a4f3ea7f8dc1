"""The product's settings, with what a server needs that only this bench speaks to."""

from marketplace.settings.testing import *
from marketplace.settings.testing import env

STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="http://127.0.0.1:9")
