"""What a stranger with patience tries: other people's files, the disk, the mail, the clock, the staff's door."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from accounts.contracts import WeeklyHours
from accounts.models import User
from accounts.names import clean_name
from gigs import api as gigs
from gigs.contracts import PackageContent
from gigs.services.ordering import OrderRequest, order
from gigs.services.terms import Selection
from gigs.web.answer_form import AnswerForm
from marketplace.kernel import clock, files, throttle, tidying
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.models import StoredFile
from orders.contracts import Question
from orders.models import Answer
from tests.gigs.conftest import CONTENT
from tests.orders.scenes import stored
from tests.security.conftest import Market


def upload(content: bytes = b"a,b\n") -> SimpleUploadedFile:
    return SimpleUploadedFile("list.csv", content)


def on_disk() -> int:
    return sum(path.is_file() for path in Path(str(settings.STORAGES["private"]["OPTIONS"]["location"])).rglob("*"))  # type: ignore[index]


def _order_with(market: Market, buyer: str, file_id: object) -> Answer | None:
    asked = OrderRequest(
        gig_id=market.active.pk, version=market.active.version, buyer_id=market.people[buyer].pk,
        selection=Selection(), form_key="0" * 32, answers={"q1": str(file_id)},
    )  # fmt: skip
    return Answer.objects.filter(order_id=order(asked, clock.now()), question_key="q1").first()


def test_a_file_of_somebody_else_is_no_answer(market: Market) -> None:
    assert _order_with(market, "stranger", market.answer_file) is None


def test_a_file_from_before_signing_up_belongs_to_who_ordered_with_it_first(market: Market) -> None:
    unsigned = files.store(upload(), uploaded_by_id=None, at=clock.now())
    assert _order_with(market, "buyer", unsigned.pk) is not None
    assert StoredFile.objects.get(pk=unsigned.pk).uploaded_by_id == market.people["buyer"].pk
    assert _order_with(market, "stranger", unsigned.pk) is None


def test_a_typed_text_never_becomes_the_id_of_a_file(market: Market) -> None:
    """Also where a seller who plays along turns the question into one for a file in between."""
    unsigned = files.store(upload(), uploaded_by_id=None, at=clock.now())
    client, page = market.client("buyer"), reverse("gigs:order", args=[market.active.pk])
    form = {"form_key": "0" * 32, "version": market.active.version, "package": 1, "quantity": 1}
    client.post(page, {**form, "answer_q2": str(unsigned.pk), "answer_q4": "http://["})  # kept as a draft
    asked = tuple(
        replace(question, kind="file") if question.key == "q2" else question for question in CONTENT.questions
    )
    seller, changed = market.people["seller"].pk, replace(CONTENT, questions=asked)
    version = gigs.edit_gig(gig_id=market.active.pk, seller_id=seller, content=changed, at=clock.now())
    form["form_key"] = client.get(page).context["draft"].form_key
    placed = client.post(page, {**form, "version": version})
    assert placed.headers["Location"].startswith("/orders/")
    assert not Answer.objects.filter(file_id=unsigned.pk).exists()


def test_nought_is_a_number() -> None:
    form = AnswerForm((Question("n", "How many?", "number"),), {"answer_n": "0"})
    assert (form.is_valid(), form.texts()) == (True, {"n": "0"})


def test_a_refused_delivery_leaves_nothing_on_the_disk(market: Market) -> None:
    before = on_disk(), StoredFile.objects.count()
    page = reverse("orders:act", args=[market.waiting.pk, "deliver"])
    market.client("seller").post(page, {"note": "Here it is, all of it.", "files": [upload()]})
    assert (on_disk(), StoredFile.objects.count()) == before


def test_a_message_that_is_sent_twice_stores_its_files_once(market: Market) -> None:
    before = StoredFile.objects.count()
    for _click in range(2):
        page = reverse("orders:message", args=[market.delivered.pk])
        market.client("buyer").post(page, {"body": "Look", "key": "same", "files": [upload()]})
    assert StoredFile.objects.count() == before + 1


def test_files_of_drafts_that_never_became_orders_are_dropped_in_time(
    market: Market, django_capture_on_commit_callbacks: Any
) -> None:
    orphan, kept = files.store(upload(), uploaded_by_id=None, at=clock.now()), StoredFile.objects.count()
    assert tidying.drop_orphans(clock.now()) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert tidying.drop_orphans(clock.now() + tidying.KEPT_FOR + timedelta(hours=1)) == 1
    assert StoredFile.objects.count() == kept - 1
    assert not orphan.file.storage.exists(str(orphan.file.name))


@override_settings(UNSIGNED_UPLOAD_BYTES_AN_HOUR=2_000_000)
def test_one_address_cannot_fill_the_disk_before_signing_in(market: Market) -> None:
    page, answers = reverse("gigs:order", args=[market.active.pk]), []
    for _visit in range(3):
        client = Client(REMOTE_ADDR="203.0.113.9")
        context = client.get(page + "?package=1").context
        form = {"form_key": context["draft"].form_key, "version": market.active.version, "package": 1, "quantity": 1}
        answers.append(client.post(page, {**form, "answer_q1": upload()}).status_code)
    assert answers == [302, 302, 200]
    assert StoredFile.objects.filter(uploaded_by_id=None).count() == 2


@override_settings(UPLOAD_BYTES_A_DAY=10)
def test_one_person_has_an_allowance_for_the_day(market: Market) -> None:
    with pytest.raises(InvalidInput, match="in a day"):
        stored("large.bin", market.people["stranger"], clock.now(), b"x" * 11)


def test_a_file_that_the_disk_lost_is_not_found(market: Market) -> None:
    lost = StoredFile.objects.get(pk=market.answer_file)
    lost.file.storage.delete(str(lost.file.name))
    with pytest.raises(NotFound):
        files.response(lost)


@pytest.mark.parametrize(
    ("proxies", "told", "seen"),
    [
        (0, "1.2.3.4", "9.9.9.9"),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "1.2.3.4", "9.9.9.9"),
    ],
)
def test_only_our_proxies_tell_where_somebody_comes_from(proxies: int, told: str, seen: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="9.9.9.9", HTTP_X_FORWARDED_FOR=told)
    with override_settings(TRUSTED_PROXIES=proxies):
        assert throttle.address_of(request) == seen


def test_every_limit_believes_the_same_proxies() -> None:
    assert settings.REST_FRAMEWORK["NUM_PROXIES"] == settings.ALLAUTH_TRUSTED_PROXY_COUNT == settings.TRUSTED_PROXIES


@pytest.mark.parametrize("name", ["Win at evil.com/prize", "www.evil.io", "Evil.CO", "Pay //evil", "Ana evil.example"])
def test_no_name_is_a_link_in_somebody_elses_mail(name: str) -> None:
    with pytest.raises(InvalidInput, match="web addresses"):
        clean_name(name)


@pytest.mark.parametrize("name", ["J. R. R. Tolkien", "Dr. Ana", "O'Neil Jr.", "Ana-María", "M.C. Escher"])
def test_people_keep_their_dots(name: str) -> None:
    assert clean_name(name) == name


def test_a_seller_is_asked_only_so_often_by_one_person(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gigs.services.questions.QUESTIONS_AN_HOUR", 1)
    client, page = market.client("stranger"), reverse("gigs:ask", args=[market.active.pk])
    sent = [
        client.post(page, {"body": "Hello?", "form_key": f"00000000-0000-4000-8000-00000000000{n}"}).status_code
        for n in (1, 2)
    ]
    assert sent == [302, 200]


def test_order_hours_cannot_stretch_a_promise_for_months(market: Market) -> None:
    minute_a_week = WeeklyHours("UTC", ((0, 0, 1),))
    with pytest.raises(InvalidInput, match="more than 30 days"):
        gigs.edit_gig(
            gig_id=market.active.pk, seller_id=market.people["seller"].pk,
            content=replace(CONTENT, hours=minute_a_week), at=clock.now(),
        )  # fmt: skip
    hour_a_day = WeeklyHours("UTC", tuple((day, 540, 600) for day in range(7)))
    brief = replace(CONTENT, hours=hour_a_day, packages=(PackageContent("Ten", 1500, 240, 1),), extras=())
    gigs.edit_gig(gig_id=market.active.pk, seller_id=market.people["seller"].pk, content=brief, at=clock.now())
    page = reverse("gigs:quote", args=[market.active.pk])
    assert b"more than 30 days" in market.client("anonymous").get(page + "?package=1&quantity=20").content


def test_an_endless_version_in_a_form_is_no_version(market: Market) -> None:
    page = reverse("orders:act", args=[market.completed.pk, "accept"])
    assert market.client("buyer").post(page, {"version": "9" * 5_000}).status_code == 302


def test_staff_sign_in_by_the_front_door(market: Market) -> None:
    response = market.client("anonymous").get("/admin/")
    assert response.headers["Location"].startswith("/admin/login/")
    response = market.client("anonymous").post("/admin/login/?next=/admin/", {"username": "x", "password": "y"})
    assert response.headers["Location"].startswith("/accounts/login/")


def _staff(market: Market) -> tuple[Client, User]:
    from django.contrib.auth.models import Permission

    person = market.people["stranger"]
    User.objects.filter(pk=person.pk).update(is_staff=True)
    person.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    return market.client("stranger"), person


def test_who_edits_people_cannot_make_themselves_more(market: Market) -> None:
    client, person = _staff(market)
    page = reverse("admin:accounts_user_change", args=[person.pk])
    assert b'name="is_superuser"' not in client.get(page).content
    User.objects.filter(pk=market.people["moderator"].pk).update(is_staff=True, is_superuser=True)
    above = market.people["moderator"].pk
    assert b'name="email"' not in client.get(reverse("admin:accounts_user_change", args=[above])).content
    assert client.post(reverse("admin:auth_user_password_change", args=[above])).status_code == 403


def test_a_zone_that_does_not_exist_locks_nobody_out(market: Market) -> None:
    client, person = _staff(market)
    page = reverse("admin:accounts_user_change", args=[person.pk])
    response = client.post(page, {"email": person.email, "time_zone": "Mars/Phobos"})
    assert b"time zone that exists" in response.content


def test_a_sleeping_database_makes_an_unhealthy_site(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    from django.db import OperationalError

    def gone() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("marketplace.pages.views.connection.cursor", gone)
    assert client.get("/healthz").status_code == 503
