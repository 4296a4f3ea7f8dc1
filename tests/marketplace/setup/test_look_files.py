"""Files of a look: replaced ones go, a little later; what is shown, was never left, or is in a letter, stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client

from marketplace.kernel import outbox
from marketplace.kernel.errors import InvalidInput
from marketplace.setup import pictures, services
from marketplace.setup.models import SiteLook
from tests.marketplace.setup.conftest import AT
from tests.marketplace.setup.test_look import GIVEN, LOOK, png, upload

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'


def choose(**given: Any) -> SiteLook:
    services.save_look(name="", tagline="", accent_light="", accent_dark="", at=AT, **given)
    return SiteLook.objects.get()


def there() -> set[str]:
    if not default_storage.exists(pictures.FOLDER):
        return set()
    return {f"{pictures.FOLDER}/{name}" for name in default_storage.listdir(pictures.FOLDER)[1]}


def shown() -> set[str]:
    return set(SiteLook.objects.values_list(*services.PICTURES).get()) - {""}


def test_what_is_replaced_goes_a_little_later() -> None:
    first = choose(logo=upload(DRAWING), icon=upload(png(300, 300)))
    second = choose(logo=upload(DRAWING))
    assert (second.icon, second.touch_icon) == (first.icon, first.touch_icon)
    outbox.deliver_due(AT)
    assert default_storage.exists(first.logo)  # pages that were made before still ask for it
    outbox.deliver_due(LATER)
    assert there() == shown() == {second.logo, first.icon, first.touch_icon}


def test_letters_that_were_sent_keep_their_logo() -> None:
    first = choose(logo=upload(png()))
    second = choose(logo=upload(png(90, 90)))
    choose(without_logo=True)
    outbox.deliver_due(LATER)
    assert there() == {first.mail_logo, second.mail_logo}


def test_what_is_taken_away_goes_too() -> None:
    choose(logo=upload(DRAWING), icon=upload(png(300, 300)))
    choose(without_logo=True, without_icon=True)
    outbox.deliver_due(LATER)
    assert there() == shown() == set()


def test_the_same_picture_again_is_not_deleted_with_its_former_self() -> None:
    choose(logo=upload(DRAWING))
    choose(logo=upload(DRAWING))
    choose()
    outbox.deliver_due(LATER)
    assert there() == shown()
    assert len(there()) == 1


def test_where_the_transaction_fails_nothing_is_lost() -> None:
    kept = choose(logo=upload(DRAWING))

    def fails() -> None:
        with transaction.atomic():
            choose(logo=upload(DRAWING))
            raise LookupError

    with pytest.raises(LookupError):
        fails()
    outbox.deliver_due(LATER)
    assert SiteLook.objects.get().logo == kept.logo
    assert default_storage.exists(kept.logo)


def test_a_refused_icon_leaves_no_logo_behind(as_operator: Client) -> None:
    answer = as_operator.post(LOOK, {**GIVEN, "logo": upload(png()), "icon": upload(b"no picture")})
    assert list(answer.context["form"].errors) == ["icon"]
    assert there() == set()


def test_what_the_database_refuses_leaves_none_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "check_accent", lambda *_given: None)
    with pytest.raises(Exception, match="setup_accent_light_is_a_colour"), transaction.atomic():
        services.save_look(
            name="", tagline="", accent_light="red", accent_dark="", at=AT, logo=upload(png()), icon=upload(png())
        )
    assert there() == set()


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_stays_where_it_cannot_be_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise LookupError

    monkeypatch.setattr(services.look, "reread", fails)
    with pytest.raises(LookupError):
        choose(logo=upload(png()))
    assert there() == shown() != set()


def test_an_icon_that_cannot_be_stored_whole_leaves_no_half(monkeypatch: pytest.MonkeyPatch) -> None:
    store, stored = pictures._store, []

    def once(data: bytes, ending: str) -> str:
        if stored:
            raise OSError("disk full")
        stored.append(store(data, ending))
        return stored[0]

    monkeypatch.setattr(pictures, "_store", once)
    with pytest.raises(OSError, match="disk full"):
        choose(icon=upload(png(300, 300)))
    assert there() == set()


@pytest.mark.parametrize("encoding", ["no-such-one", "rot13", "utf-7"])
def test_drawings_in_odd_encodings_are_refused(encoding: str) -> None:
    with pytest.raises(InvalidInput):
        choose(logo=upload(f'<?xml version="1.0" encoding="{encoding}"?><svg/>'.encode()))
    assert there() == set()
