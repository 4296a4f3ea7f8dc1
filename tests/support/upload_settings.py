"""The tests' settings for a web process of its own that shares their database and one folder of files with them."""

import os

from marketplace.settings.testing import *  # noqa: F403
from marketplace.settings.testing import STORAGES

STORAGES = {
    **STORAGES,
    "private": {**STORAGES["private"], "OPTIONS": {"location": os.environ["PRIVATE_ROOT"]}},
}
