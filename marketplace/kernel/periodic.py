"""Periodic jobs: each declares its period beside itself; a tick expires when the next one comes.

A job is a function of ``at``; Celery beat runs it, and ``manage.py run_sweeps`` runs the same
functions where the broker is away.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import shared_task

from marketplace.kernel import clock
from marketplace.kernel.models import Heartbeat

Job = Callable[[datetime], Any]


@dataclass(frozen=True)
class Periodic:
    name: str
    every: timedelta
    run: Job


_jobs: dict[str, Periodic] = {}


def periodic(*, every: timedelta) -> Callable[[Job], Job]:
    """Declares ``function(at)`` as a job that runs every so often."""

    def register(function: Job) -> Job:
        name = f"{function.__module__}.{function.__name__}"
        _jobs[name] = Periodic(name, every, function)
        return function

    return register


def jobs() -> list[Periodic]:
    return list(_jobs.values())


def run(name: str, at: datetime | None = None) -> Any:
    """Runs one job now, or as if it were ``at``, and notes its heartbeat."""
    moment = at or clock.now()
    result = _jobs[name].run(moment)
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": moment})
    return result


def take_steps(step: Callable[[], Any], *, seconds: float) -> int:
    """Takes one after the other while there is one to take and time is left; how many it took. A worker has other work
    too: the rest waits for the next tick.
    """
    taken, started = 0, time.monotonic()
    while time.monotonic() - started < seconds and step():
        taken += 1
    return taken


@shared_task(ignore_result=True)
def run_job(name: str) -> None:
    run(name)


def beat_schedule() -> dict[str, dict[str, Any]]:
    """What Celery beat is to send, and for how long each message is worth anything."""
    return {
        job.name: {
            "task": run_job.name,
            "schedule": job.every,
            "args": (job.name,),
            "options": {"expires": job.every.total_seconds()},
        }
        for job in jobs()
    }
