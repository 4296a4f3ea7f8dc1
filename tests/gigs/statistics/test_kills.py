"""A process that folds is killed with SIGKILL around its commit, and another one finds what is left to do."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection

from gigs.models import FoldedBatch, Gig, GigDay
from tests.gigs.statistics import kills
from tests.support.runner import Runner

HIT, FOLD = f"{kills.__name__}:hit", f"{kills.__name__}:fold"


@pytest.fixture(scope="module")
def runner(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    env = {
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        "DATABASE_URL": "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**connection.settings_dict),
    }
    found = Runner(env, tmp_path_factory.mktemp("runner"), kills.__name__)
    yield found
    found.stop()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("point", "is_written"), [("before the first commit", False), ("after the first commit", True)]
)
def test_killed_around_its_commit(runner: Runner, gig: Gig, at: datetime, point: str, is_written: bool) -> None:
    try:
        runner.finish(HIT, gig.pk, 4)
        runner.dies(FOLD, at=point)
        assert FoldedBatch.objects.exists() == GigDay.objects.exists() == is_written
        runner.finish(HIT, gig.pk, 3)
        for _run in range(3):
            runner.finish(FOLD)
        assert list(GigDay.objects.values_list("gig_id", "impressions", "views")) == [(gig.pk, 7, 7)]
        assert FoldedBatch.objects.count() == 2
    finally:
        runner.finish(f"{kills.__name__}:forget")


@pytest.mark.django_db(transaction=True)
def test_killed_while_others_fold_too(runner: Runner, gig: Gig) -> None:
    """Four at once, of which one dies before its commit: together they add everything, once."""
    try:
        runner.finish(HIT, gig.pk, 5)
        runner.finish(f"{kills.__name__}:take")
        runner.finish(HIT, gig.pk, 6)
        dying = runner.start(FOLD, die="before the first commit")
        workers = [runner.start(FOLD) for _worker in range(3)]
        assert runner.wait(dying) in {signal.SIGKILL, 0}  # nothing was left for it where the others were quicker
        assert [runner.wait(worker) for worker in workers] == [0, 0, 0]
        runner.finish(FOLD)
        assert list(GigDay.objects.values_list("gig_id", "impressions", "views")) == [(gig.pk, 11, 11)]
    finally:
        runner.finish(f"{kills.__name__}:forget")
