"""A worker is killed with SIGKILL while it sends ten transfers: each reaches its seller exactly once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from marketplace.celery import app
from payments import api
from payments.models import OperationState, Release, ReleaseState, StripeOperation
from payments.services import books
from tests.payments.scenes import NET, Scene, eur
from tests.support.processes import Process, wait_until

CREATE = "POST /v1/transfers"
COUNT = 10


@pytest.fixture
def worker(live_scene: Scene, tmp_path: Path) -> Iterator[Process]:
    """A real Celery worker with its own beat, on the test's database and the test's sandbox."""
    database = connection.settings_dict
    env = {
        "DJANGO_SETTINGS_MODULE": "tests.support.worker_settings",
        "BASE_SETTINGS": os.environ["DJANGO_SETTINGS_MODULE"],
        "DATABASE_URL": "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database),
        "STRIPE_API_BASE": live_scene.stripe.url,  # type: ignore[union-attr]
    }
    arguments = ["-m", "celery", "-A", "marketplace", "worker", "--concurrency", "1", "--loglevel", "INFO"]
    arguments += ["--beat", "--schedule", str(tmp_path / "beat")]
    app.control.purge()
    process = Process("worker", arguments, env=env, folder=tmp_path)
    yield process
    process.kill()


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
def test_ten_transfers_survive_the_worker(live_scene: Scene, worker: Process) -> None:
    sandbox = live_scene.stripe
    assert sandbox
    live_scene.open_account()
    references = [f"order:{number}" for number in range(COUNT)]
    for reference in references:
        live_scene.released(reference)
        api.clear(reference, live_scene.at)
    # The fourth is carried out, and its answer hangs: nobody here knows of it when the worker dies.
    sandbox.faults(CREATE, "timeout", skip=3, seconds=8)

    worker.start()
    wait_until(lambda: len(made(live_scene)) == 4, seconds=40, what="the fourth transfer")
    assert count(OperationState.DONE) == 3
    worker.kill()
    assert count(OperationState.PENDING) == COUNT - 3

    worker.start()
    wait_until(lambda: count(OperationState.DONE) == COUNT, seconds=60, what="all ten transfers")
    assert sorted(made(live_scene)) == sorted(str(pk) for pk in Release.objects.values_list("pk", flat=True))
    assert Release.objects.filter(state=ReleaseState.TRANSFERRED).exclude(stripe_transfer_id="").count() == COUNT
    stand = api.positions(dict.fromkeys(references, "EUR"))
    assert [position.transferred for position in stand.values()] == [eur(NET)] * COUNT
    assert books.differences() == []


def made(scene: Scene) -> list[str]:
    """The release of every transfer that exists at Stripe."""
    found = scene.stripe.client().v1.transfers.list({"limit": 100}).data  # type: ignore[union-attr]
    return [transfer.metadata["release_id"] for transfer in found]


def count(state: OperationState) -> int:
    return StripeOperation.objects.filter(kind="create_transfer", state=state).count()
