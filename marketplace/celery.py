"""Celery carries jobs; it keeps no deadline. Deadlines are rows that the sweep reads."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init
from django.urls import get_resolver

from marketplace.kernel.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings.production")

app = Celery("marketplace")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def begin(**_: Any) -> None:
    """Notices hold addresses: the first batch would load all pages while it holds locks."""
    assert get_resolver().app_dict is not None  # noqa: S101 - reading it is what loads them
    settle()


@app.on_after_finalize.connect
def schedule_periodic_jobs(sender: Celery, **_: Any) -> None:
    from marketplace.kernel import periodic

    sender.conf.beat_schedule = periodic.beat_schedule()
