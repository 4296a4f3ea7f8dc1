"""The live line as a process (docs/operations.md). It knows the settings and Redis, no app and no database."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings.production")

from marketplace.kernel.live.app import LiveLine

application = LiveLine()
