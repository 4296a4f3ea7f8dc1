"""What a delivery says of its use, and files that came before the form: terms, licence, scans."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from inbox.models import Notification
from marketplace.kernel import clock
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.models import StoredFile, Upload
from marketplace.kernel.uploads.places import Place
from orders import api, licences, terms
from tests.orders.conftest import signed_in
from tests.orders.scenes import HOUR, Desk, get
from tests.orders.test_deliveries import LICENCE, TYPED, delivered, file_of, locked
from tests.orders.test_pages import act, errors, page, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> datetime:
    """Pages ask the clock: these orders live now."""
    return clock.now() - 8 * HOUR


def test_terms_from_before_say_nothing_of_use() -> None:
    old = terms.to_json(Desk.terms)
    for name in ("preview", "licence", "licence_kind", "ai_use", "ai_note"):
        del old[name]
    read = terms.from_json(old)
    assert (read.preview, read.licence, read.ai_use) == ("open", "", "")


def test_the_order_page_says_what_was_agreed(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    desk.terms = replace(locked(desk).terms, ai_use="assisted", ai_note="A first draft comes from a model.")
    order = desk.in_progress()
    for client in (as_buyer, as_seller):
        html = client.get(page(order)).content.decode()
        for text in ("Commercial use", LICENCE, "with the help of AI", "A first draft comes from", "Files after you"):
            assert text in html


def letters(person: User) -> list[dict[str, Any]]:
    return [row.context for row in Notification.objects.filter(recipient=person).order_by("pk")]


def test_a_full_refund_ends_the_licence_on_the_page_and_in_the_mail(
    desk: Desk, as_buyer: Client, as_seller: Client, at: datetime, mailoutbox: list[Any]
) -> None:
    order = delivered(locked(desk))
    assert "the licence has ended" not in as_buyer.get(page(order)).content.decode()
    desk.dispute(order, at + 2 * HOUR)
    desk.answer(order, at + 3 * HOUR)
    desk.decide(order, 0, at + 4 * HOUR)
    for person in (desk.buyer, desk.seller):
        api.waive(order_id=order.pk, actor_id=person.pk, at=at + 5 * HOUR)
    for client in (as_buyer, as_seller):
        html = client.get(page(order)).content.decode()
        assert "Commercial use: ended" in html
        assert LICENCE not in html
    for person in (desk.buyer, desk.seller):
        assert [facts["licence_ended"] for facts in letters(person)][-1] is True
        assert not any(facts["licence_ended"] for facts in letters(person)[:-1])


def test_a_refund_of_nothing_delivered_ends_no_licence_in_the_mail(desk: Desk) -> None:
    order = locked(desk).cancelled()
    assert not any(facts["licence_ended"] for facts in letters(desk.buyer))
    assert licences.has_ended(order, [])


def test_a_part_that_goes_back_leaves_the_licence(desk: Desk, as_buyer: Client, at: datetime) -> None:
    order = delivered(locked(desk))
    desk.dispute(order, at + 2 * HOUR)
    desk.answer(order, at + 3 * HOUR)
    desk.decide(order, 1, at + 4 * HOUR)
    for person in (desk.buyer, desk.seller):
        api.waive(order_id=order.pk, actor_id=person.pk, at=at + 5 * HOUR)
    assert LICENCE in as_buyer.get(page(order)).content.decode()


def test_the_words_of_a_licence_that_is_none_are_refused() -> None:
    with pytest.raises(KeyError):
        licences.text("anything")


# Messages and evidence use the same files


def test_a_message_with_a_file_that_was_uploaded_before(desk: Desk, as_buyer: Client) -> None:
    order = desk.delivered()
    (waiting,) = Place(desk.buyer.pk, f"order:{order.pk}:talk", clock.now()).gather([upload("shot.png")], [])
    assert "shot.png" in as_buyer.get(page(order)).content.decode()
    for _click in range(2):
        typed = {"body": "Look", "key": "k1", "uploads": [waiting]}
        assert as_buyer.post(reverse("orders:message", args=[order.pk]), typed).status_code == 302
    assert (Upload.objects.count(), StoredFile.objects.filter(name="shot.png").count()) == (0, 1)


def test_a_dispute_with_a_file_that_was_uploaded_before(desk: Desk, as_buyer: Client) -> None:
    order = desk.delivered()
    (waiting,) = Place(desk.buyer.pk, f"order:{order.pk}:case", clock.now()).gather([upload("shot.png")], [])
    typed = {"ground": "wrong_files", "statement": "It does not open on any machine here.", "back": "5"}
    assert as_buyer.post(act(order, "open_dispute"), {**typed, "uploads": [waiting]}).status_code == 302
    assert get(order.pk).disputes.get().evidence.get().file.name == "shot.png"


# The scan


def test_with_a_scanner_only_what_passed_is_delivered(
    desk: Desk, as_seller: Client, settings: Any, at: datetime
) -> None:
    settings.CLAMAV_ADDRESS = "127.0.0.1:9"
    order = desk.in_progress()
    answer = as_seller.post(act(order, "deliver"), {**TYPED, "files": [upload()]})
    assert "still being scanned" in errors(answer.content.decode())[0]
    waiting = Upload.objects.get()
    Upload.objects.update(scan="refused", scan_note="Eicar-Test-Signature", scanned_at=at)
    answer = as_seller.post(act(order, "deliver"), {**TYPED, "uploads": [waiting.pk]})
    assert "refuses “result.csv”: Eicar-Test-Signature" in errors(answer.content.decode())[0]
    Upload.objects.update(scan="passed", scan_note="")
    assert as_seller.post(act(order, "deliver"), {**TYPED, "uploads": [waiting.pk]}).status_code == 302
    assert file_of(order).scanned_at == at
    assert "nothing known found by the virus scan" in signed_in(desk.buyer).get(page(order)).content.decode()


def test_without_one_nothing_is_said_of_a_scan(desk: Desk, as_buyer: Client) -> None:
    assert "scan" not in as_buyer.get(page(delivered(desk))).content.decode()


def test_files_that_were_gathered_by_a_service_are_refused_as_a_whole(desk: Desk) -> None:
    order = desk.in_progress()
    (good,) = Place(desk.seller.pk, "here", clock.now()).gather([SimpleUploadedFile("a.txt", b"a")], [])
    with pytest.raises(InvalidInput):
        desk.deliver(order, desk.at + HOUR, files=[], uploads=[good, uuid.uuid4()])
    assert (Upload.objects.filter(pk=good).exists(), order.deliveries.count()) == (True, 0)
