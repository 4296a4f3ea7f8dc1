"""What a message looks like: said to both sides, never hidden, and not seen where nothing is."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest

from accounts.models import User
from inbox import api, links, screening
from inbox.models import Message
from marketplace.kernel.errors import NotFound
from tests.accounts.conftest import client_of
from tests.inbox.conftest import REFERENCE, say


@pytest.mark.parametrize(
    "text",
    [
        "Write me at tom.o+x@mail.example.org",
        "My number is +351 912 345 678",
        "Call me: 0049 (171) 123-45678",
        "(0171) 123 45678 until six",
        "Let's talk on WhatsApp",
        "Add me on Telegram please",
        "t.me/tomoliveira",
        "Escríbeme por whatsapp",
    ],
)
def test_contact_details(text: str) -> None:
    assert screening.doubts_of(text) == [screening.CONTACT]


@pytest.mark.parametrize(
    "text",
    [
        "Can you pay by PayPal?",
        "Send the money with Western Union",
        "PayPal payment is cheaper for us both",
        "Pay me outside Artisan and save the fee",
        "Let us make a deal off the platform",
        "My account: DE89 3704 0044 0532 0130 00",
        "paypal.me/tom",
    ],
)
def test_payment_outside(text: str, settings: Any) -> None:
    settings.SITE_NAME = "Artisan"
    assert screening.doubts_of(text) == [screening.PAYMENT]


@pytest.mark.parametrize(
    "text",
    [
        "Fifty product descriptions for 58.00 EUR, ready on 2026-11-27 at 17:40",
        "The ISBN is 9783161484100 and the order 7K3M-22",
        "I write about PayPal, Discord bots and bitcoin for a living",
        "A banner for my Instagram shop, 1080 x 1920",
        "Please add 0.5 to 1,000,000 rows",
        "Invoice 2026-000123 was wrong",
        "See https://example.org/brief.pdf for the brief",
        "outside of the box",
        "",
    ],
)
def test_nothing(text: str) -> None:
    assert screening.doubts_of(text) == []


@pytest.mark.parametrize(
    ("url", "odd"),
    [
        ("https://192.168.1.7/login", 1),
        ("https://2130706433/", 1),
        ("https://artisan.example@evil.example/", 1),
        ("https://payp4l.com/", 1),
        ("https://artisan-login.example.net/", 1),
        ("https://xn--stripe-9za.example/", 2),
        ("https://аррle.com/", 1),
        ("https://%D0%B0%D1%80%D1%80le.com/", 1),
        ("https://p%61ypal-login.example/", 1),
        ("https://[x]", 1),
        ("https://bit.ly/3xyz", 1),
        ("http://example.org/", 1),
        ("http://[::1]:80/", 2),
        ("https://[broken/", 1),
        ("https://example.org/a?b=c&d=e", 0),
        ("https://www.paypal.com/", 0),
        ("https://paypal.de/", 0),
        ("https://docs.google.com/document/d/1", 0),
        ("https://artisan.example/gigs/1/", 0),
    ],
)
def test_what_is_odd_about_an_address(url: str, odd: int, settings: Any) -> None:
    settings.SITE_URL, settings.SITE_NAME = "https://artisan.example", "Artisan"
    assert len(links.reasons(url)) == odd, links.reasons(url)


def test_an_odd_link_is_told_with_the_message(settings: Any) -> None:
    assert screening.doubts_of("Sign in at https://payp4l.com/ to see it") == [screening.LINK]


def test_links_lead_to_the_page_before_and_nothing_else_becomes_html(settings: Any) -> None:
    settings.SITE_URL = "https://artisan.example"
    html = links.linked(
        'See https://evil.example/?a=1&b="><script>alert(1)</script> and https://artisan.example/gigs/7/ '
        'href="https://never.example/"'
    )
    assert "<script" not in html
    assert 'href="https://artisan.example/gigs/7/"' in html
    assert 'href="https://evil' not in html
    assert 'href="https://never' not in html
    assert html.count('rel="nofollow noopener ugc" target="_blank"') == 2
    path = html.split('href="', 1)[1].split('"', 1)[0]
    assert links.address_in(path.rstrip("/").rpartition("/")[2]).startswith("https://evil.example/?a=1&b=")
    with pytest.raises(NotFound):
        links.address_in("https://evil.example/")


@pytest.mark.parametrize("written", ["https://[x]", "https://[artisan.example].com", "http://[::g]/?q=a"])
def test_what_is_no_proper_address_stays_text(written: str) -> None:
    html = links.linked(f"Look at {written} and at https://example.org/")
    assert (written in html, html.count("<a ")) == (True, 1)


def test_letters_that_look_like_others_are_seen_on_the_page_before() -> None:
    html = links.linked("Sign in at https://аррle.com/ now")
    path = html.split('href="', 1)[1].split('"', 1)[0]
    address = links.address_in(path.rstrip("/").rpartition("/")[2])
    assert (len(links.reasons(address)), links.host_of(address)) == (1, "аррle.com (xn--le-6kc8da.com)")


@pytest.mark.django_db
def test_both_sides_read_the_reason_and_the_words(talk: uuid.UUID, seller: User, buyer: User) -> None:
    say(talk, buyer, "Pay me by PayPal: tom@example.org")
    assert Message.objects.get().doubts == ["payment", "contact"]
    assert len(api.messages(REFERENCE)[0].doubts) == 2
    for person in (seller, buyer):
        html = client_of(person).get(f"/messages/{talk}/").content.decode()
        assert "looks like payment outside the site" in html
        assert "looks like contact details" in html
        assert "Pay me by PayPal" in html


@pytest.mark.django_db
def test_the_page_before_a_link_says_where_it_leads(buyer: User) -> None:
    page = client_of(buyer).get(links.warned("https://payp4l.com/x?y=<b>")).content.decode()
    assert "Be careful" in page
    assert "payp4l.com" in page
    assert "<b>" not in page.split("<main")[1].split("break-all")[1][:200]
    plain = client_of(buyer).get(links.warned("https://example.org/")).content.decode()
    assert "Be careful" not in plain
    assert client_of(buyer).get("/messages/link/nonsense/").status_code == 404


def test_long_words_take_no_time() -> None:
    for text in ("a" * 10_000, "0 " * 5_000, "pay " * 2_000, "@" * 10_000, "https://" + "a." * 3_000, "A1" * 3_000):
        began = time.perf_counter()
        screening.doubts_of(text)
        assert time.perf_counter() - began < 2, text[:20]
