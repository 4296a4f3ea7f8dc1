"""The demo with Django's debug pages and reloading."""

from marketplace.settings.demo import *

DEBUG = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
