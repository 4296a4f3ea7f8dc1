from __future__ import annotations
import pytest
from payments.documents import missing
from payments.models import Document
from payments.documents.contents import from_json
from tests.payments.scenes import Scene
from payments import api

pytestmark = pytest.mark.django_db

def test_x(scene: Scene):
    scene.released()
    print(missing.issue_missing(scene.at))
    for d in Document.objects.order_by("issued_at","id"): print(d.number, d.kind, d.total_minor, d.fee_minor, from_json(d.content))
    api.undo_releases(Document.objects.get(kind="receipt").subject, scene.at, at_most_minor=1000)
    print(missing.issue_missing(scene.at))
    print(missing.issue_missing(scene.at))
    for d in Document.objects.order_by("issued_at","id"): print(d.number, d.kind, d.total_minor, d.fee_minor)
    assert 0
