"""What people send in names, words and links to look like somebody else, to break a page, or just because they can."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts import links
from accounts.handles import free_handle, poses
from accounts.models import SellerProfile, User
from accounts.names import refuse_posing
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.models import OutboxMessage
from tests.accounts.conftest import client_of
from tests.accounts.test_settings import PROFILE, SPEAKS, WORDS

pytestmark = pytest.mark.django_db
SETTINGS = "/settings/"


def saves(user: User, **changes: Any) -> Any:
    return client_of(user).post(SETTINGS, PROFILE | WORDS | SPEAKS | changes)


@pytest.mark.parametrize(
    "name",
    [
        "Admin", "ADMIN", "Adm1n", "Аdmin", "Adm\u0456n", "A\u0301dmin", "Site Administrator", "Moderator Tom",
        "M0derat0r", "Moderatοr", "Support", "Staff", "Artisan", "ARTISAN", "Artіsan", "Art1san Support",
        "artisan-team",
        "Artisan Help", "Artisan Payments", "Ａｄｍｉｎ", "Ad\u200dmin",
        "S t a f f", "s.t.a.f.f", "Sup port", "Sup Port", "Sta Ff", "Ad Min", "Help Desk", "Mod-erator", "Art Isan",
        "Moderator1", "Adm1n2", "Support 24", "Ｍｏｄｅｒａｔｏｒ７", "Supp0r7", "Admins", "Artısan", "Admın",
        "Support Team", "Customer Support", "Trust & Safety", "Artisan Moderation", "Artisan Trust & Safety",
        "The Artisan", "Artisan Care",
        "Billing", "BillIng", "Bill ing", "BILL ING", "bill ing", "Bill-Ing", "B1ll Ing", "Bill\u200d Ing", "Вill Ing",
    ],
)  # fmt: skip
def test_names_that_pose_as_the_site_are_refused(seller: User, settings: Any, name: str) -> None:
    settings.SITE_NAME = "Artisan"
    with pytest.raises(InvalidInput):
        refuse_posing(name)
    answer = saves(seller, display_name=name)
    assert list(answer.context["form"].errors) == ["display_name"]
    assert User.objects.get(pk=seller.pk).display_name == "Aoife Byrne"


@pytest.mark.parametrize(
    "name",
    ["Aoife Byrne", "Artisan Anna", "Leopold Staff", "Excel Support Ltd", "Adele Minor", "Модест", "😀 Ana 😀"]
    + ["Bill Ing", "Bil Ling", "Billi Ng", "Bo T.", "Bill Ing Jr", "Tom Sta", "Min Ad", "Art Garfunkel"]
    + ["Tea M.", "Téa M.", "Tea M", "Trust Ndlovu", "Trust", "Josh Billings", "Ana 24", "Safety Wear Ltd"],
)
def test_names_of_people_are_not(settings: Any, name: str) -> None:
    settings.SITE_NAME = "Artisan"
    refuse_posing(name)


def test_staff_keep_the_name_that_they_were_given(moderator: User) -> None:
    User.objects.filter(pk=moderator.pk).update(display_name="Moderator Mo")
    answer = client_of(moderator).post(SETTINGS, {"display_name": "Moderator Mo", "handle": "mo-mo", "city": "Cork"})
    assert answer.status_code == 302


def test_what_is_html_is_text(seller: User) -> None:
    words = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    assert saves(seller, headline=words, bio=words, skills=words[:39], city=words[:80]).status_code == 302
    page = Client().get("/@aoife/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 2


@pytest.mark.parametrize("field", ["headline", "bio", "skills", "links", "city", "display_name"])
def test_endless_words_are_refused_and_kept_in_the_form(seller: User, field: str) -> None:
    word = "w" * 10_000
    answer = saves(seller, **{field: word})
    assert field in answer.context["form"].errors
    assert answer.context["form"][field].value() == word
    assert SellerProfile.objects.get(pk=seller.pk).headline == ""


def test_marks_that_turn_the_direction_leave_a_name(seller: User) -> None:
    saves(seller, display_name="Ao\u202eefi\u2066\u200b\ufeff Byrne")
    assert User.objects.get(pk=seller.pk).display_name == "Aoefi Byrne"


def test_emoji_everywhere_are_fine(seller: User) -> None:
    party = "👩‍👩‍👧‍👦🎉🏳️‍🌈"
    assert (
        saves(seller, display_name=f"Ana {party}", headline=party, bio=party * 20, skills=party, city=party).status_code
        == 302
    )
    assert party in Client().get("/@aoife/").content.decode()


# Links


@pytest.mark.parametrize("handle", ["support-team", "admin-team", "handy-work", "handy-work-help", "moderator1"])
def test_handles_that_pose_as_the_site_are_refused(seller: User, settings: Any, handle: str) -> None:
    settings.SITE_NAME = "Handy Work"
    assert list(saves(seller, handle=handle).context["form"].errors) == ["handle"]
    assert free_handle(handle.replace("-", " ")) != handle
    assert not poses(free_handle(handle.replace("-", " ")))
    User.objects.filter(pk=seller.pk).update(handle=handle)  # from before
    assert saves(User.objects.get(pk=seller.pk), handle=handle).status_code == 302


def test_handles_of_people_are_not(settings: Any) -> None:
    settings.SITE_NAME = "Handy Work"
    assert [free_handle(name) for name in ("Tea M.", "Handy Anna")] == ["tea-m", "handy-anna"]


def test_links_are_shown_as_what_they_are(seller: User) -> None:
    typed = "https://www.example.org/shown/\nexample.net\nhttp://bücher.example/a?b=c\n\nexample.net"
    assert saves(seller, links=typed).status_code == 302
    kept = SellerProfile.objects.get(pk=seller.pk).links
    assert kept == ["https://www.example.org/shown/", "https://example.net", "https://xn--bcher-kva.example/a?b=c"]
    page = Client().get("/@aoife/").content.decode()
    assert '<a class="link break-all" href="https://example.net" rel="nofollow ugc noopener me">example.net</a>' in page
    assert client_of(seller).get(SETTINGS).context["form"]["links"].value() == "\n".join(kept)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)", "data:text/html,x", "ftp://example.org", "https://", "https://localhost/x", "https://10.0.0.1/",
        "https://user:pw@example.org/", "https://example.org:8443/", "https://exa mple.org", "https://example.org/\u202egpj",
        "//example.org", "https://[::1]/", "https://example.org/" + "a" * 200,
    ],
)  # fmt: skip
def test_what_is_no_link_is_refused(seller: User, link: str) -> None:
    with pytest.raises(InvalidInput):
        links.cleaned([link])
    assert list(saves(seller, links=link).context["form"].errors) == ["links"]
    assert SellerProfile.objects.get(pk=seller.pk).links == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("example.com/?u=http://x.y", "https://example.com/?u=http://x.y"),
        ("HTTP://Example.com/a#part", "https://example.com/a#part"),
        ("example.com?a=b#c", "https://example.com?a=b#c"),
    ],
)
def test_a_link_is_kept_whole(typed: str, kept: str) -> None:
    assert links.cleaned([typed]) == [kept]


def test_five_links_are_enough() -> None:
    with pytest.raises(InvalidInput):
        links.cleaned([f"{number}.example.org" for number in range(6)])


# Portrait


@pytest.mark.parametrize(("focus", "seen"), [("top", 0), ("bottom", 255), ("", 127)])
def test_the_part_that_was_chosen_stays(seller: User, focus: str, seen: int, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    path = tmp_path / "tall.png"
    Image.linear_gradient("L").resize((200, 2_000)).convert("RGB").save(path)
    upload = SimpleUploadedFile("tall.png", path.read_bytes())
    assert saves(seller, portrait=upload, focus=focus).status_code == 302
    with default_storage.open(f"{User.objects.get(pk=seller.pk).portrait}-256.webp") as file, Image.open(file) as kept:
        assert kept.size == (256, 256)
        assert abs(kept.convert("L").getpixel((128, 128)) - seen) < 20  # type: ignore[operator]


def test_a_part_that_is_none_is_refused(seller: User) -> None:
    assert "focus" in saves(seller, focus="elsewhere").context["form"].errors


# Signing up with the address of somebody else


def test_nobody_learns_that_an_address_is_known(buyer: User) -> None:
    """Known or new: the same answer, the same page after it; only the letter differs."""
    seen = []
    for email in (buyer.email, "new@example.org"):
        client = Client()
        data = {"display_name": "Eve", "email": email, "password1": "correct horse battery"}
        answer = client.post(reverse("account_signup"), data)
        page = client.get(answer.headers["Location"])
        text = page.content.decode().replace(email, "EMAIL")
        seen.append(
            (
                answer.status_code,
                answer.headers["Location"],
                page.status_code,
                text[text.index("<main") : text.index("</main")],
            )
        )
    known, new = seen
    assert known[:3] == new[:3]
    assert _without_tokens(known[3]) == _without_tokens(new[3])
    assert User.objects.filter(email=buyer.email).count() == 1
    assert OutboxMessage.objects.count() == 2


def _without_tokens(text: str) -> str:
    return "".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)
