"""The workers' side of an import: in slices, by several at once, and what is left in the end."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from gigs.bulk import carrying_out, services
from gigs.models import Gig, GigImport, GigImportRow
from gigs.tasks import drop_old_versions
from marketplace.kernel import outbox
from marketplace.kernel.models import OutboxMessage
from tests.gigs.bulk.conftest import Begin, carried_on, plans
from tests.gigs.conftest import MakeGig
from tests.support.racing import meet

pytestmark = pytest.mark.django_db


# Through the outbox


def test_the_outbox_carries_it_through_in_slices(
    make_gig: MakeGig, begin: Begin, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying_out, "SLICE_SECONDS", 0.0)
    gigs = [make_gig() for _number in range(3)]
    job = begin([{"id": str(gig.pk), "queue_limit": "3"} for gig in gigs], check=False)
    far = at + timedelta(days=3650)  # later than the database's clock
    for state in ("ready", "done"):
        while outbox.deliver_due(far):
            pass
        job.refresh_from_db()
        assert job.state == state
        if state == "ready":
            services.confirm(import_id=job.pk, seller_id=job.seller_id, at=at)
    assert [Gig.objects.get(pk=gig.pk).queue_limit for gig in gigs] == [3, 3, 3]
    assert OutboxMessage.objects.filter(topic="gig-import", done_at=None).count() == 0
    assert OutboxMessage.objects.filter(topic="gig-import").count() == 8


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_each_row_once(make_gig: MakeGig, begin: Begin, at: datetime) -> None:
    line = {"category": "writing", "title": "Write 50 other descriptions"}
    make_gig()
    job = begin([line] * 12, check=False)
    meet(*[lambda: carried_on(job, at)] * 3)
    assert plans(job) == ["new"] * 12
    services.confirm(import_id=job.pk, seller_id=job.seller_id, at=at)
    meet(*[lambda: carried_on(job, at)] * 3)
    assert Gig.objects.count() == 13
    assert job.rows.values("gig_id").distinct().count() == 12


# In the end


def test_old_imports_go_and_unconfirmed_ones_end(gig: Gig, begin: Begin, seller: User, at: datetime) -> None:
    job = begin([{"id": str(gig.pk), "queue_limit": "3"}])
    drop_old_versions(at + timedelta(days=6))
    assert GigImport.objects.get().state == "ready"
    drop_old_versions(at + timedelta(days=8))
    assert GigImport.objects.get().state == "cancelled"
    drop_old_versions(at + timedelta(days=37))
    assert GigImport.objects.filter(pk=job.pk).exists()
    drop_old_versions(at + timedelta(days=39))
    assert not GigImportRow.objects.exists()
