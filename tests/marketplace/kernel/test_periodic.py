from datetime import UTC, datetime, timedelta

import pytest

from marketplace.celery import app
from marketplace.kernel import periodic
from marketplace.kernel.models import Heartbeat

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_every_tick_is_worth_nothing_once_the_next_has_come() -> None:
    app.finalize()
    schedule = app.conf.beat_schedule
    assert {job.name for job in periodic.jobs()} == set(schedule)
    assert {
        "marketplace.kernel.tasks.deliver_outbox",
        "orders.tasks.sweep",
        "payments.tasks.run_operations",
    } <= set(schedule)
    for entry in schedule.values():
        assert entry["options"]["expires"] == entry["schedule"].total_seconds()


@pytest.mark.django_db
def test_a_job_runs_at_the_moment_it_is_given_and_leaves_a_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[datetime] = []
    job = periodic.Periodic("tests.job", timedelta(seconds=5), seen.append)
    monkeypatch.setitem(periodic._jobs, job.name, job)
    periodic.run(job.name, NOW)
    assert seen == [NOW]
    assert Heartbeat.objects.get(pk=job.name).beat_at == NOW
