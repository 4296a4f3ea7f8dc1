"""A live process of a test: its site's address is not one to visit."""

import os

from marketplace.settings.base import *

SECRET_KEY = os.environ["SECRET_KEY"]
SITE_URL = os.environ["LIVE_SITE_URL"]
