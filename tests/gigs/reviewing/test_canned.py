"""Words that are ready for staff: offered in the reader's language, sent in the seller's."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from gigs.models import CannedChange, GigReview
from tests.gigs.reviewing.test_pages import at, decide, fine

__all__ = ["at"]  # a fixture
pytestmark = pytest.mark.django_db


def test_what_is_ready_is_offered_in_the_readers_language_and_sent_in_the_sellers(
    waiting: GigReview, as_mo: Client
) -> None:
    CannedChange.objects.create(section="title", title="House style", text="As in our guide.")
    shipped = CannedChange.objects.filter(section="title", title="Shouts").first() or CannedChange.objects.create(
        section="title", title="Shouts", text="Write the title as a sentence, without capitals and signs."
    )
    url = reverse("gigs:staff_round", args=[waiting.pk])
    html = as_mo.get(url, headers={"accept-language": "es"}).content.decode()
    assert ">Grita</option>" in html
    assert ">House style</option>" in html
    User.objects.filter(pk=waiting.gig.seller_id).update(language="es")
    decide(as_mo, waiting, "send_back", **fine(title=""), **{"title-canned": str(shipped.pk)})
    (note,) = waiting.notes.values_list("text", flat=True)
    assert note == "Escribe el título como una frase, sin mayúsculas ni signos."
