"""A copy of one's data, and closing the account: what goes, what keeps somebody, what nobody else may do."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts import api
from accounts.contracts import StillOpen
from accounts.leaving import closing, exporting, registry
from accounts.models import ApiToken, DataExport, FormerHandle, SellerProfile, User
from marketplace.kernel import clock, outbox
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.models import StoredFile
from tests.accounts.conftest import AT, make
from tests.accounts.test_access import sure, switch_on
from tests.support.own_cache import clear_own_cache

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    clear_own_cache()
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {**settings.STORAGES["private"], "OPTIONS": {"location": tmp_path / "private"}},
    }


def deliver() -> list[Any]:
    outbox.deliver_due(clock.now())
    return mail.outbox


def picture() -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (300, 300), "orange").save(buffer, "PNG")
    return SimpleUploadedFile("me.png", buffer.getvalue())


def close_form(user: User) -> dict[str, str]:
    return {"handle": f"@{user.handle.upper()}"}


def test_a_copy_is_made_mailed_and_read(seller: User) -> None:
    FormerHandle.objects.create(handle="aoife-drew", user=seller, left_at=AT)
    client = sure(seller)
    page = client.post(reverse("accounts:ask_copy"), follow=True)
    assert "We are making it" in page.content.decode()
    deliver()
    [letter] = [each for each in deliver() if "copy of your data" in each.subject]
    assert letter.to == [seller.email]

    export = DataExport.objects.get()
    answer = client.get(reverse("accounts:copy", args=[export.pk]))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer)))  # type: ignore[arg-type]
    assert archive.testzip() is None
    assert set(archive.namelist()) == {"README.txt", *(f"{name}.json" for name in registry.chapters())}
    read = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
    [account] = read["account.json"]
    assert (account["email"], account["display_name"]) == (seller.email, "Aoife Byrne")
    assert account["seller"]["started_at"]
    assert account["former_handles"] == ["aoife-drew"]
    assert {row["kind"] for row in read["sign-in.json"]} == {"address", "session"}
    assert "Aoife Byrne" in archive.read("README.txt").decode()


def test_a_copy_tells_no_secrets(buyer: User) -> None:
    secret = switch_on(sure(buyer))
    key = api.create_token(user_id=buyer.pk, name="robot", at=AT)
    exporting.ask(user_id=buyer.pk, at=AT)
    exporting.make(DataExport.objects.get().pk, AT)
    archive = zipfile.ZipFile(DataExport.objects.get().file.file.open())  # type: ignore[union-attr]
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "robot" in everything
    for hidden in (secret, key, buyer.password):
        assert hidden not in everything


def test_one_copy_a_day(buyer: User) -> None:
    exporting.ask(user_id=buyer.pk, at=AT)
    with pytest.raises(Conflict):
        exporting.ask(user_id=buyer.pk, at=AT + timedelta(hours=23))
    exporting.ask(user_id=buyer.pk, at=AT + timedelta(hours=25))
    assert DataExport.objects.count() == 2


def test_made_twice_it_is_one(buyer: User) -> None:
    exporting.ask(user_id=buyer.pk, at=AT)
    pk = DataExport.objects.get().pk
    exporting.make(pk, AT)
    first = DataExport.objects.get().file_id
    exporting.make(pk, LATER)
    assert DataExport.objects.get().file_id == first
    assert StoredFile.objects.count() == 1


def test_a_copy_is_its_persons_alone_and_asks_for_the_password_again(buyer: User, stranger: User) -> None:
    exporting.ask(user_id=buyer.pk, at=AT)
    pk = DataExport.objects.get().pk
    exporting.make(pk, AT)
    assert sure(stranger).get(reverse("accounts:copy", args=[pk])).status_code == 404
    client = Client()
    client.force_login(buyer)
    answer = client.get(reverse("accounts:copy", args=[pk]))
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))


def test_copies_go_after_a_week_with_their_files(buyer: User) -> None:
    exporting.ask(user_id=buyer.pk, at=AT)
    exporting.make(DataExport.objects.get().pk, AT)
    stored = DataExport.objects.get().file
    assert exporting.drop_old(AT + timedelta(days=6)) == 0
    assert exporting.drop_old(AT + timedelta(days=8)) == 1
    assert not StoredFile.objects.filter(pk=stored.pk).exists()  # type: ignore[union-attr]


def test_closing_takes_everything_personal(seller: User, django_capture_on_commit_callbacks: Any) -> None:
    client = sure(seller)
    words = api.SellerWords("I clean tables", "Since 2014.", [("en", "native")], ["Excel"])
    api.save_seller_words(user_id=seller.pk, words=words)
    api.set_portrait(user_id=seller.pk, upload=picture())
    api.create_token(user_id=seller.pk, name="robot", at=AT)
    switch_on(client)
    exporting.ask(user_id=seller.pk, at=AT)
    exporting.make(DataExport.objects.get().pk, AT)

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("accounts:close"), close_form(seller), follow=True)
    assert "Your account is closed" in answer.content.decode()
    assert client.get(reverse("accounts:settings")).status_code == 302

    gone = User.objects.get(pk=seller.pk)
    assert (gone.display_name, gone.handle) == ("Closed account", f"closed-{seller.pk}")
    assert (gone.email.endswith("@closed.invalid"), gone.city, gone.country, gone.portrait) == (True, "", "", "")
    assert not gone.is_active
    assert not gone.has_usable_password()
    profile = SellerProfile.objects.get(pk=seller.pk)
    assert (profile.headline, profile.bio, profile.languages, profile.skills) == ("", "", [], [])
    for model in (ApiToken, DataExport, StoredFile):
        assert not model.objects.exists(), model
    for name in ("authenticator_set", "socialaccount_set", "usersession_set", "emailaddress_set"):
        assert not getattr(gone, name).exists(), name
    assert Client().get("/@aoife-byrne/").status_code == 404
    deliver()
    assert mail.outbox[-1].to == [seller.email]
    assert mail.outbox[-1].subject == "Your account at Artisan is closed"


def test_the_address_is_free_again(buyer: User) -> None:
    closing.close(user_id=buyer.pk, at=AT)
    again = make(buyer.email, "Bob Again")
    assert again.pk != buyer.pk
    assert EmailAddress.objects.get(email=buyer.email).user_id == again.pk


def test_nobody_is_called_as_closed_accounts_are(buyer: User) -> None:
    assert make("closed-99@closed.invalid", "Closed 99").handle != "closed-99"
    taken = make(f"closed-{buyer.pk}@closed.invalid", f"Closed {buyer.pk}")
    assert taken.handle != f"closed-{buyer.pk}"
    closing.close(user_id=buyer.pk, at=AT)
    assert User.objects.get(pk=buyer.pk).handle == f"closed-{buyer.pk}"


def test_who_has_left_is_not_suspended(buyer: User) -> None:
    closing.close(user_id=buyer.pk, at=AT)
    with pytest.raises(Conflict, match="closed their account"):
        api.suspend(user_id=buyer.pk, by_id=None, reason="For what they wrote.", at=LATER)


def test_twice_is_nobody(buyer: User) -> None:
    closing.close(user_id=buyer.pk, at=AT)
    with pytest.raises(NotFound):
        closing.close(user_id=buyer.pk, at=LATER)


def test_something_open_keeps_the_account(buyer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    reasons = [lambda user_id: [StillOpen(f"Order {user_id} runs.", "/orders/")]]
    monkeypatch.setattr(registry, "_reasons", reasons)
    client = sure(buyer)
    page = client.get(reverse("accounts:close")).content.decode()
    assert f"Order {buyer.pk} runs." in page
    assert "Close my account for good" not in page
    answer = client.post(reverse("accounts:close"), close_form(buyer))
    assert answer.status_code == 422
    assert User.objects.get(pk=buyer.pk).is_active


@pytest.mark.parametrize("right", ["is_moderator", "is_treasurer", "is_staff", "is_superuser"])
def test_staff_give_their_rights_back_first(buyer: User, right: str) -> None:
    User.objects.filter(pk=buyer.pk).update(**{right: True})
    with pytest.raises(Conflict, match="rights of the staff"):
        closing.close(user_id=buyer.pk, at=AT)


def test_it_is_meant(buyer: User) -> None:
    client = sure(buyer)
    for typed in ("", "bob", "@aoife-byrne"):
        page = client.post(reverse("accounts:close"), {"handle": typed})
        assert page.status_code == 422
    assert User.objects.get(pk=buyer.pk).is_active
    stale = Client()
    stale.force_login(buyer)
    assert stale.post(reverse("accounts:close"), close_form(buyer)).status_code == 302
    assert User.objects.get(pk=buyer.pk).is_active


def test_strangers_are_asked_who_they_are() -> None:
    for name in ("leaving", "close"):
        assert Client().get(reverse(f"accounts:{name}")).headers["Location"].startswith("/accounts/login/")
