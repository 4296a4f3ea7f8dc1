"""Workers that are killed with SIGKILL while they import: no row is done twice, none is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from gigs.bulk import carrying_out, services
from gigs.models import Gig, GigImport
from tests.gigs.bulk import workers
from tests.gigs.bulk.conftest import Begin, carried_on, plans
from tests.gigs.conftest import MakeGig
from tests.support.runner import Runner

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]

WORK = "tests.gigs.bulk.workers:work"
ROWS = 8
TITLES = [f"Write {number + 40} other descriptions" for number in range(ROWS)]


@pytest.fixture(scope="module")
def runner(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    env = {
        "DJANGO_SETTINGS_MODULE": "tests.support.worker_settings",
        "BASE_SETTINGS": "tests.support.upload_settings",  # the same files as this process
        "PRIVATE_ROOT": settings.STORAGES["private"]["OPTIONS"]["location"],
        "DATABASE_URL": "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**connection.settings_dict),
        "STRIPE_API_BASE": "http://127.0.0.1:9",
    }
    found = Runner(env, tmp_path_factory.mktemp("runner"), workers.__name__)
    yield found
    found.stop()


@pytest.fixture
def job(make_gig: MakeGig, begin: Begin) -> GigImport:
    """A file with eight new gigs, nothing of it looked at yet."""
    make_gig()
    return begin([{"category": "writing", "title": title, "publish": "no"} for title in TITLES], check=False)


def confirmed(job: GigImport, at: datetime) -> GigImport:
    carried_on(job, at)
    services.confirm(import_id=job.pk, seller_id=job.seller_id, at=at)
    return job


def all_is_well(job: GigImport) -> None:
    job.refresh_from_db()
    assert (job.state, plans(job)) == ("done", ["new"] * ROWS)
    assert sorted(Gig.objects.filter(state="draft").values_list("title", flat=True)) == TITLES
    assert list(job.rows.order_by("number").values_list("gig__title", flat=True)) == TITLES
    assert job.rows.filter(done_at=None).count() == 0


@pytest.mark.parametrize("number", [2, 5, 9])
def test_killed_while_a_gig_is_written(runner: Runner, job: GigImport, at: datetime, number: int) -> None:
    confirmed(job, at)
    runner.dies("tests.gigs.bulk.workers:die_within_row", str(job.pk), number, at="")
    assert job.rows.exclude(done_at=None).count() == Gig.objects.filter(state="draft").count() == number - 2
    runner.finish(WORK, str(job.pk))
    all_is_well(job)


@pytest.mark.parametrize("point", ["before the first commit", "after the first commit", "before the second commit"])
def test_killed_around_a_commit(runner: Runner, job: GigImport, at: datetime, point: str) -> None:
    confirmed(job, at)
    runner.dies(WORK, str(job.pk), at=point)
    assert job.rows.exclude(done_at=None).count() == Gig.objects.filter(state="draft").count()
    runner.finish(WORK, str(job.pk))
    all_is_well(job)


@pytest.mark.parametrize("number", [2, 6])
def test_killed_while_rows_are_tried(runner: Runner, job: GigImport, at: datetime, number: int) -> None:
    runner.dies("tests.gigs.bulk.workers:die_within_check", str(job.pk), number, at="")
    assert (job.rows.count(), Gig.objects.filter(state="draft").count()) == (number - 2, 0)
    runner.finish(WORK, str(job.pk))
    assert (plans(job), Gig.objects.filter(state="draft").count()) == (["new"] * ROWS, 0)
    runner.finish(WORK, str(confirmed(job, at).pk))
    all_is_well(job)


def test_control_rows_noted_before_they_are_done_are_lost(runner: Runner, job: GigImport, at: datetime) -> None:
    confirmed(job, at)
    runner.dies("tests.gigs.bulk.workers:note_first", str(job.pk), 5, at="")
    runner.finish(WORK, str(job.pk))
    with pytest.raises(AssertionError):
        all_is_well(job)


def test_the_file_is_read_once_more_from_where_it_was(job: GigImport, at: datetime, monkeypatch: Any) -> None:
    monkeypatch.setattr(carrying_out, "SLICE_SECONDS", 0.0)
    positions = []
    while carrying_out.go_on(job.pk, at):
        positions.append(GigImport.objects.get().position)
    assert positions == list(range(2, ROWS + 2))
