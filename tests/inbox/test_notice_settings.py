"""Which kinds come by which way, and when: what the page shows, saves and refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from inbox import api, checks, choices, kinds
from inbox.contracts import Notice, NoticeGroup
from inbox.models import NoticeSetting, NoticeTimes
from inbox.push import keys
from inbox.rhythm import Pace, Rhythm
from tests.accounts.conftest import AT, client_of

pytestmark = pytest.mark.django_db
PAGE = "/settings/notices/"
TIMES = {"pace": "at_once", "hour": "8", "weekday": "0", "quiet_from": "", "quiet_to": ""}


@pytest.fixture(autouse=True)
def own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    api.register_kind("fixed", "A fixed kind", may_refuse=False, group=NoticeGroup.MONEY)
    api.register_kind("mine", "News of my gig", group=NoticeGroup.GIGS)
    api.register_kind("desk", "Work for staff", may_refuse=False, group=NoticeGroup.STAFF)


def tell(user: User, key: str, kind: str) -> None:
    api.notify(Notice(user.pk, kind, key, f"News {key}", "/", {}), AT)


def test_the_page_shows_what_concerns_its_reader(seller: User, buyer: User) -> None:
    page = client_of(seller).get(PAGE).content.decode()
    assert "Somebody writes to me" in page
    assert "News of my gig" in page
    assert "Work for staff" not in page
    assert "News of my gig" not in client_of(buyer).get(PAGE).content.decode()
    assert 'name="mail" value="message_received" checked' in page
    assert 'value="fixed"' not in page


def test_ways_are_saved(seller: User) -> None:
    client = client_of(seller)
    assert client.post(PAGE, {**TIMES, "bell": ["message_received"], "mail": ["mine", "nonsense"]}).status_code == 302
    assert choices.ways_of(seller.pk, "message_received") == choices.Ways(bell=True, mail=False, push=True)
    assert choices.ways_of(seller.pk, "mine") == choices.Ways(bell=False, mail=True, push=True)
    assert choices.ways_of(seller.pk, "fixed") == choices.Ways()
    assert not NoticeSetting.objects.filter(kind__in=["nonsense", "desk"]).exists()
    page = client.get(PAGE).content.decode()
    assert 'name="mail" value="message_received">' in page


def test_pushes_are_saved_where_they_are_offered(seller: User, settings: Any) -> None:
    client = client_of(seller)
    settings.VAPID_PRIVATE_KEY = keys.new_private_key()
    client.post(PAGE, {**TIMES, "push": ["mine"]})
    assert choices.ways_of(seller.pk, "fixed") == choices.Ways(push=False)
    settings.VAPID_PRIVATE_KEY = ""
    client.post(PAGE, TIMES)
    assert choices.ways_of(seller.pk, "mine").push is True
    assert choices.ways_of(seller.pk, "fixed").push is False


def test_only_ways_that_exist_are_offered_and_counted(seller: User, settings: Any) -> None:
    settings.VAPID_PRIVATE_KEY = ""
    api.register_kind("quiet", "Stays here", group=NoticeGroup.SAVED, by_mail=False, by_push=False)
    client = client_of(seller)
    NoticeSetting.objects.create(user=seller, kind="mine", push=False)
    page = client.get(PAGE).content.decode()
    assert 'name="bell" value="quiet"' in page
    assert 'name="mail" value="quiet"' not in page
    assert "switched off" not in page
    settings.VAPID_PRIVATE_KEY = keys.new_private_key()
    page = client.get(PAGE).content.decode()
    assert 'name="push" value="quiet"' not in page
    assert page.count("switched off") == 1
    client.post(PAGE, TIMES)
    assert choices.ways_of(seller.pk, "quiet") == choices.Ways(bell=False)


def test_what_is_off_at_the_bell_does_not_count_there(seller: User) -> None:
    for key, kind in (("a", "mine"), ("b", "fixed"), ("c", "message_received")):
        tell(seller, key, kind)
    NoticeSetting.objects.create(user=seller, kind="mine", bell=False)
    client = client_of(seller)
    assert client.get(reverse("inbox:unread")).json()["notices"] == 2
    assert "News a" in client.get(reverse("inbox:notices")).content.decode()


def test_times_are_saved_and_shown(seller: User) -> None:
    client = client_of(seller)
    sent = {"pace": "weekly", "hour": "18", "weekday": "4", "quiet_from": "22:30", "quiet_to": "07:00"}
    client.post(PAGE, sent)
    assert choices.rhythm_of(seller.pk) == Rhythm("Europe/Dublin", Pace.WEEKLY, 18, 4, 1350, 420)
    page = client.get(PAGE).content.decode()
    assert 'value="22:30"' in page
    assert "Europe/Dublin" in page


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"quiet_from": "22:00"}, "a beginning and an end"),
        ({"quiet_from": "22:00", "quiet_to": "22:00"}, "another time than they begin"),
        ({"quiet_from": "07:00:30", "quiet_to": "07:00:10"}, "another time than they begin"),
        ({"quiet_from": "noon", "quiet_to": "13:00"}, "Enter a valid time"),
        ({"hour": "24"}, "Select a valid choice"),
        ({"pace": "hourly"}, "Select a valid choice"),
    ],
)
def test_nonsense_is_told_at_its_field(seller: User, wrong: dict[str, str], told: str) -> None:
    answer = client_of(seller).post(PAGE, {**TIMES, **wrong})
    assert told in answer.content.decode()
    assert not NoticeTimes.objects.exists()
    assert not NoticeSetting.objects.exists()


def test_a_wrong_hour_loses_no_tick(seller: User) -> None:
    sent = {**TIMES, "quiet_from": "22:00", "bell": ["message_received"], "mail": ["mine"]}
    page = client_of(seller).post(PAGE, sent).content.decode()
    assert 'name="bell" value="message_received" checked' in page
    assert 'name="mail" value="message_received">' in page
    assert 'name="bell" value="mine">' in page
    assert 'name="mail" value="mine" checked' in page


def test_what_only_sellers_hear_stands_with_their_gigs(buyer: User) -> None:
    page = client_of(buyer).get(PAGE).content.decode()
    assert "A seller asks whether they may show work that I ordered" in page
    assert "Staff take a piece out of my portfolio" not in page


def test_the_page_asks_the_same_whatever_was_chosen(seller: User, django_assert_num_queries: Any) -> None:
    client = client_of(seller)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
        usual = len(few)
    client.post(PAGE, {**TIMES, "mail": ["mine"]})
    client.get(PAGE)  # the message that it was saved
    with django_assert_num_queries(usual):
        client.get(PAGE)


def test_the_database_takes_no_half_of_a_night(seller: User) -> None:
    from django.db import IntegrityError, transaction

    for wrong in ({"quiet_from": 60}, {"quiet_to": 60}, {"quiet_from": 1440, "quiet_to": 1}, {"hour": 24}):
        with pytest.raises(IntegrityError), transaction.atomic():
            NoticeTimes.objects.create(user=seller, **wrong)


def test_a_key_is_made_and_wrong_settings_are_told(capsys: pytest.CaptureFixture[str], settings: Any) -> None:
    call_command("make_vapid_key")
    settings.VAPID_PRIVATE_KEY = capsys.readouterr().out.strip().partition("=")[2]
    assert len(keys.public_key()) == 87
    assert checks.push_key_is_one() == []
    settings.VAPID_PRIVATE_KEY = "nonsense"
    settings.EMAIL_PROVIDER = "nobody"
    assert [one.id for one in checks.push_key_is_one() + checks.mail_provider_is_known()] == [
        "inbox.E001",
        "inbox.E003",
    ]
    settings.EMAIL_PROVIDER = "postmark"
    assert [one.id for one in checks.mail_provider_is_known()] == ["inbox.W001"]
    settings.EMAIL_WEBHOOK_SECRET, settings.EMAIL_URL = "hooks:of-mail", "smtp://localhost"
    assert [one.id for one in checks.mail_provider_is_known()] == ["inbox.W002"]
    settings.EMAIL_URL = ""
    assert checks.mail_provider_is_known() == []


@pytest.mark.parametrize("subject", ["mailto:", "mailto:nobody", "https://", "shop@example.org", ""])
def test_a_subject_that_no_push_can_be_signed_for(settings: Any, subject: str) -> None:
    settings.VAPID_PRIVATE_KEY = keys.new_private_key()
    settings.VAPID_SUBJECT = "mailto:shop@example.org"
    assert checks.push_key_is_one() == []
    settings.VAPID_SUBJECT = subject
    assert [one.id for one in checks.push_key_is_one()] == ["inbox.E002"]
