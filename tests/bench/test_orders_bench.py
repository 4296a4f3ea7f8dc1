"""What ``make bench-orders`` measures is the product's own: small crowds, the whole sweep, the path to the payment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bench import crowd as crowds
from bench import sweeping
from bench.browsing import _FIELD, PAYMENT_PAGE
from bench.crowd import Crowd, due
from bench.shop import open_stall
from bench.stand_in import session
from bootstrap.checkout import ROOT
from gigs import api as gigs
from gigs.models import Gig
from marketplace.kernel import clock
from orders.models import Order, OrderEvent, Timer
from orders.services import flags, timers
from orders.states import Action
from payments.gateway import sessions
from payments.services import books
from tests.support.processes import wait_until

# What a buyer's way from a gig's page to the payment page may cost.
MOST_REQUESTS, MOST_QUERIES = 5, 45


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> Crowd:
    monkeypatch.setattr(crowds, "_STALLS", 2)
    monkeypatch.setattr(crowds, "_PEOPLE", 5)
    return Crowd(clock.now())


@pytest.mark.django_db(transaction=True)
def test_a_crowd_of_money_is_done_by_the_sweep_and_the_books_agree(crowd: Crowd) -> None:
    crowd.owe_money(18)
    assert (due(crowd.at), Order.objects.count()) == (18, 18)
    work = sweeping._drain(crowd.at)
    assert (work.fired, due(crowd.at)) == (18, 0)
    done = Counter(OrderEvent.objects.filter(at__gte=crowd.at).values_list("action", flat=True))
    assert done == {Action.AUTO_ACCEPT: 6, Action.HARD_STOP: 6, Action.CLEAR: 6}
    assert books.differences() == []


@pytest.mark.django_db(transaction=True)
def test_a_crowd_of_flags_is_done_in_batches_while_others_wait(crowd: Crowd) -> None:
    crowd.owe_flags(25)
    crowd.wait(40)
    waiting = Timer.objects.filter(due_at__gt=crowd.at).count()
    assert due(crowd.at) == 25
    work = sweeping._drain(crowd.at)
    assert (work.fired, len(work.held), due(crowd.at)) == (25, 1, 0)
    done = Counter(OrderEvent.objects.filter(at__gte=crowd.at, actor="system").values_list("action", flat=True))
    assert done == dict.fromkeys(flags.KINDS, 5)
    assert Timer.objects.filter(due_at__gt=crowd.at).count() >= waiting


def all_is_visible() -> bool:
    """After a vacuum; an analyze that runs by itself at the same time keeps it from seeing that."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE orders_timer")
        cursor.execute("SELECT relpages = relallvisible FROM pg_class WHERE relname = 'orders_timer'")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", sweeping._CLAIM)
def test_a_claim_reads_what_is_due_from_the_index(crowd: Crowd, what: str) -> None:
    """With enough that waits, or the planner reads the whole table."""
    crowd.wait(4_000)
    crowd.owe_flags(50)
    plans: list[str] = []

    def explained(execute: object, sql: str, params: object, many: bool, context: dict[str, object]) -> object:
        with connection.cursor() as cursor, connection.execute_wrapper(lambda run, *given: run(*given)):
            cursor.cursor.execute(f"EXPLAIN {sql}", params)
            plans.extend(line for (line,) in cursor.cursor.fetchall())
        return execute(sql, params, many, context)  # type: ignore[operator]

    wait_until(all_is_visible, seconds=30, what="a vacuum that nobody's snapshot keeps from its work", every=0.5)
    with transaction.atomic(), connection.execute_wrapper(explained):
        sweeping._CLAIM[what](crowd.at)
    assert any("Index Only Scan using timer_due" in line for line in plans), "\n".join(plans)
    assert not any("Seq Scan on orders_timer" in line for line in plans), "\n".join(plans)


def test_the_batches_are_those_of_the_product() -> None:
    assert (timers.FLAGS_AT_ONCE, timers.ORDERS_AT_ONCE) == (40, 25)


@pytest.mark.django_db(transaction=True)
def test_the_way_from_a_gig_to_the_payment_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """At most five requests and 45 statements, savepoints included, with the gateway answered in process."""
    monkeypatch.setattr(sessions, "create", session)
    gigs.load_categories()
    stall = open_stall(1, clock.now())
    gig = Gig.objects.get(pk=stall.gig_id)
    client, requests, statements = Client(), [0], [0]
    client.force_login(User.objects.get(pk=stall.buyer_id), backend="django.contrib.auth.backends.ModelBackend")

    def order() -> str:
        requests[0] = statements[0] = 0
        summary = reverse("gigs:order", args=[gig.pk])
        pages = [client.get(gig.get_absolute_url()), client.get(f"{summary}?package=1")]
        form = {name: unescape(value) for name, value in _FIELD.findall(pages[1].content.decode())}
        pages.append(client.post(summary, form))
        requests[0] = len(pages)
        assert [page.status_code for page in pages] == [200, 200, 302]
        return str(pages[-1]["Location"])

    def count(execute: object, *given: object) -> object:
        statements[0] += 1
        return execute(*given)  # type: ignore[operator]

    order()  # the first one fills what processes keep
    with connection.execute_wrapper(count):
        assert order() == PAYMENT_PAGE
    assert requests[0] <= MOST_REQUESTS
    assert statements[0] <= MOST_QUERIES


# The yardstick


@pytest.fixture
def bare() -> Iterator[str]:
    """The address of an empty database."""
    server, name = os.environ["DATABASE_URL"], f"bare_{uuid.uuid4().hex[:8]}"
    _run(server, f'CREATE DATABASE "{name}"')
    yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    _run(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _run(url: str, statement: str) -> None:
    made = psycopg2.connect(url)
    made.autocommit = True
    with closing(made), made.cursor() as cursor:
        cursor.execute(statement)


def test_the_bare_project_orders_in_3_requests_and_16_queries_and_shows_24_cards_in_3(bare: str) -> None:
    env = {**os.environ, "DATABASE_URL": bare}
    done = subprocess.run(
        [sys.executable, "-m", "bench.bare.count"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == {"order": [3, 10, 3], "cards": [3], "shown": 24}
