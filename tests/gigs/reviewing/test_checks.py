"""Each automatic check alone: what it finds, what it leaves in peace, and that nothing makes it slow."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from django.conf import settings as site
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from gigs import starters
from gigs.contracts import ExtraContent, FaqEntry, GigContent, PackageContent
from gigs.reviewing import texts
from gigs.reviewing.checks import contacts, promises, shape, words
from gigs.reviewing.findings import Finding, from_json, to_json
from gigs.reviewing.policy import HOSTS, hosts_from
from orders.contracts import Question
from tests.gigs.conftest import CONTENT

GOOD = replace(CONTENT, currency="EUR")
OF_TEXTS = (contacts.contacts, shape.emoji, shape.hidden)


def of(text: str, **changes: object) -> GigContent:
    return replace(GOOD, description=text, **changes)  # type: ignore[arg-type]


def seen(found: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(one.sort, one.quote) for one in found]


@pytest.mark.parametrize(
    ("text", "sort", "quote"),
    [
        ("Write to tom@example.org first.", "email", "tom@example.org"),
        ("Write to Tom.O+gigs@mail.example.co.uk", "email", "tom.o+gigs@mail.example.co.uk"),
        ("tom＠example．org", "email", "tom@example.org"),
        ("tom\u200b@exam\u200bple.org", "email", "tom@example.org"),
        ("name at mail dot com", "email", "name at mail dot com"),
        ("name (at) mail (dot) com", "email", "name (at) mail (dot) com"),
        ("name [at] mail.com", "email", "name [at] mail.com"),
        ("name ät mail punkt de", "email", "name ät mail punkt de"),
        ("name @ mail . com", "email", "name @ mail . com"),
        ("Call +351 912 345 678.", "phone", "+351 912 345 678"),
        ("Call 0049 (0)176-1234567", "phone", "0049 (0)176-1234567"),
        ("Ring 0176 1234 5678 any time", "phone", "0176 1234 5678"),
        ("(555) 123-4567", "phone", "(555) 123-4567"),
        ("555-123-4567", "phone", "555-123-4567"),
        ("912345678", "phone", "912345678"),
        ("zero one seven six five four three two", "phone", "zero one seven six five four three two"),
        ("Contact me on WhatsApp", "messenger", "contact me on whatsapp"),
        ("my telegram is tomwrites", "messenger", "my telegram is"),
        ("Skype: tom_42", "messenger", "skype: tom_42"),
        ("Instagram @tomwrites", "messenger", "instagram @tomwrites"),
        ("t.me/tomwrites", "messenger", "t.me/tomwrites"),
        ('<p>See <a href="mailto:tom@example.org">this</a></p>', "email", "tom@example.org"),
    ],
)
def test_contact_details_are_found(text: str, sort: str, quote: str) -> None:
    assert (sort, quote) in seen(contacts.contacts(list(texts.texts_of(of(text)))))


@pytest.mark.parametrize(
    "text",
    [
        "I write captions for Instagram, Facebook and Telegram channels, 20 posts in 5 days.",
        "Instagram: 12 posts. Facebook: 6 posts. A WhatsApp bot, a Skype plugin, a Discord server.",
        "1920 x 1080 px at 300 dpi, up to 10,000 rows, 12 500 words, €1,204.00, ISO 9001:2015.",
        "Since 2012-05-13, between 9:00 and 18:00, on 13.05.2026 or 05/13/2026.",
        "I look at dots and meet at noon. Send it at once.",
        "One, two or three versions; five to seven days.",
        "Version 3.11.2 of Python, CSS @media rules, @import, and a11y.",
        "Prices 1000, 2000, 3000 and 4000. Sizes 100-200-300.",
    ],
)
def test_ordinary_texts_hold_no_contact_details(text: str) -> None:
    assert seen(contacts.contacts(list(texts.texts_of(of(text))))) == []


def test_every_text_of_a_gig_is_read_and_named() -> None:
    mail = "a@b.org"
    content = replace(
        GOOD,
        title=f"Write to me: {mail}",
        tags=(mail,),
        checklist=(mail,),
        packages=(replace(GOOD.packages[0], features=(("How", mail),)),),
        extras=(ExtraContent(mail, 100),),
        questions=(Question("q1", "Where?", "text", help=mail),),
        faq=(FaqEntry("Where?", mail),),
        ai_note=mail,
    )
    found = [(one.section, one.place) for one in contacts.contacts(list(texts.texts_of(content)))]
    assert found == [
        ("title", "title"), ("description", "tags"), ("description", "checklist"), ("description", "ai_note"),
        ("packages", "packages-0"), ("packages", "extras-0"), ("questions", "questions-0"), ("questions", "faq-0"),
    ]  # fmt: skip
    first = next(iter(contacts.contacts(list(texts.texts_of(content)))))
    assert first.text == (
        "Found in your title: an e-mail address, “a@b.org”. "
        "Buyers reach you here, and what is agreed here is protected. Take it out."
    )


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("See https://tom.example.com/work.", ["https://tom.example.com/work"]),
        ("www.evil.example and evil.shop/offer", ["www.evil.example", "evil.shop/offer"]),
        ("https://www.behance.net/tom, https://m.youtube.com/x and github.com/tom", []),
        ("https://behance.net.evil.com/", ["https://behance.net.evil.com/"]),
        ("https://behance.net@evil.com/", ["https://behance.net@evil.com/"]),
        ("Node.js, ASP.NET, e.g. files, i.e. texts, v2.0 and logo.ai", []),
        ('<a href="https://evil.shop">samples</a>', ["https://evil.shop"]),
        ("tom@example.org", []),  # contact details, not a link
    ],
)
def test_links_outside_of_the_list(text: str, quotes: list[str]) -> None:
    assert [one.quote for one in contacts.links(list(texts.texts_of(of(text))), HOSTS)] == quotes


def test_hosts_are_taken_as_they_were_typed() -> None:
    typed = "https://www.Behance.net/tom\n\n  vimeo.com \nvimeo.com"
    assert hosts_from(typed) == ["behance.net", "vimeo.com"]


@pytest.mark.parametrize(
    ("patterns", "text", "quotes"),
    [
        (["casino"], "A casino. CASINO! casinos", ["casino"]),
        (["casino*"], "Casinos and casino-bonus", ["casinos", "casino"]),
        (["*coin"], "Bitcoin, coin, coins", ["bitcoin", "coin"]),
        (["fake  review"], "A fake\nreview, fake reviews", ["fake review"]),
        (["c++", "(x)"], "I write C++ and (x)", ["c++", "(x)"]),
        (["*", " ", "**"], "anything", []),
        (["ca\u200bsino"], "ca\u200bsino", ["casino"]),
        ([], "casino", []),
    ],
)
def test_forbidden_words_are_whole_words(patterns: list[str], text: str, quotes: list[str]) -> None:
    assert [one.quote for one in words.forbidden(list(texts.texts_of(of(text))), patterns)] == quotes


@pytest.mark.parametrize(
    ("title", "is_found"),
    [
        ("WRITE YOUR PRODUCT TEXTS TODAY", True),
        ("WRITE your PRODUCT TEXTS now", True),
        ("Write your CV as a PDF for the US and UK", False),
        ("SEO and PPC audit of your WordPress site", False),
        ("Schreibe Deine TEXTE schnell und gut", False),
        ("商品説明を書きます、五十点まで", False),
    ],
)
def test_titles_in_capitals(title: str, is_found: bool) -> None:
    assert bool(list(shape.capitals(replace(GOOD, title=title)))) is is_found


def test_emoji_are_counted_by_place() -> None:
    content = replace(GOOD, title="Write texts 🎉🎉", description="🚀" * 11 + " ✅" * 2)
    assert [(one.place, one.quote) for one in shape.emoji(list(texts.texts_of(content)))] == [
        ("title", "2"),
        ("description", "13"),
    ]
    few = replace(GOOD, title="Write texts 🎉", description="✅" * 10)
    assert list(shape.emoji(list(texts.texts_of(few)))) == []


@pytest.mark.parametrize("letter", ["\u202e", "\u2066", "\u200b", "\u2060", "\ufeff", "\U000e0041", "\u3164"])
def test_hidden_characters_are_found_and_named(letter: str) -> None:
    (found,) = shape.hidden(list(texts.texts_of(replace(GOOD, title=f"Write {letter}texts for you"))))
    assert (found.place, found.quote) == ("title", f"U+{ord(letter):04X}")


@pytest.mark.parametrize(
    "text",
    [
        "👨\u200d👩\u200d👧",
        "می\u200cخواهم",
        "שלום\u200f!",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    ],
)
def test_joiners_of_scripts_and_emoji_are_not_hidden(text: str) -> None:
    assert list(shape.hidden(list(texts.texts_of(replace(GOOD, title=f"Write {text} texts"))))) == []


def package(minor: int, minutes: int = 1440) -> PackageContent:
    return PackageContent("One", minor, minutes, 1)


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ((1_000, 10_000), []),
        ((200,), []),  # a fifth of the lowest is not yet far
        ((199, 5_000), [("low_price", "packages-0")]),
        ((50_000,), []),
        ((50_001, 90_000), [("high_price", "packages-0")]),
        ((1_000, 500_000), []),  # the dearer ones may be what they are
    ],
)
def test_prices_far_outside_of_the_range(prices: tuple[int, ...], expected: list[tuple[str, str]]) -> None:
    content = replace(GOOD, packages=tuple(map(package, prices)))
    assert [(one.sort, one.place) for one in promises.prices(content, (1_000, 10_000))] == expected
    assert list(promises.prices(content, (0, 0))) == []


def test_promises_that_no_package_keeps() -> None:
    slow = replace(GOOD, packages=(package(1_000, 2_880),), extras=())
    title = "Write your text in 2 hours"
    assert seen(promises.promises(replace(slow, title=title))) == [("sooner", "in 2 hours")]
    assert seen(promises.promises(replace(slow, title=title, packages=(package(1_000, 120),)))) == []
    assert seen(promises.promises(replace(slow, title="Write your text in 50 hours"))) == []
    assert seen(promises.promises(replace(slow, description="You get an answer within 1 hour."))) == []
    text = "Unlimited revisions! Guaranteed results, rank #1 on the first page."
    assert [sort for sort, _quote in seen(promises.promises(replace(slow, description=text)))] == [
        "unlimited",
        "certain",
    ]


@pytest.mark.parametrize("language", [code for code, _name in site.LANGUAGES])
def test_every_starter_passes_every_check(language: str) -> None:
    checks: list[Callable[[GigContent], Iterable[Finding]]] = [
        shape.capitals,
        promises.promises,
        *(lambda content, check=check: check(list(texts.texts_of(content))) for check in OF_TEXTS),
        lambda content: contacts.links(list(texts.texts_of(content)), HOSTS),
    ]
    shipped = [one for group in starters.all_categories() for one in group.starters]
    with translation.override(language):
        contents = [replace(starters.spoken(one).content, currency="EUR") for one in shipped]
    assert [(one.title, list(check(one))) for one in contents for check in checks if list(check(one))] == []


def test_findings_survive_being_stored_and_unknown_ones_are_dropped() -> None:
    found = list(contacts.contacts(list(texts.texts_of(of("a@b.org and c@d.org")))))
    stored = to_json(found)
    assert from_json([*stored, {**stored[0], "sort": "of_tomorrow"}]) == found


_NASTY = st.one_of(
    st.text(max_size=2_000),
    st.text(alphabet="a.@-+ 0\u200b(", max_size=4_000),
    st.text(alphabet="<a href=\"'>/", max_size=4_000),
)


@settings(max_examples=150, deadline=None)
@given(text=_NASTY)
def test_nothing_breaks_a_check(text: str) -> None:
    content = of(text, title=text[:80])
    for check in (shape.capitals, promises.promises):
        list(check(content))
    for of_texts in OF_TEXTS:
        list(of_texts(list(texts.texts_of(content))))
    list(contacts.links(list(texts.texts_of(content)), HOSTS))
    list(words.forbidden(list(texts.texts_of(content)), ["casino*", "a b"]))


@pytest.mark.parametrize(
    "text",
    [
        "a" * 12_000,
        "a." * 6_000,
        "a@" * 6_000,
        "0 " * 6_000,
        "a at " * 2_400,
        "<a " * 4_000,
        "+1" * 6_000,
        "www." * 3_000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    list(contacts.contacts(list(texts.texts_of(of(text)))))
    list(contacts.links(list(texts.texts_of(of(text))), HOSTS))
    assert time.process_time() - began < 4


def _description(text: str) -> str:
    return next(one.words for one in texts.texts_of(of(text)) if one.place == "description")


def test_markup_is_read_as_it_looks() -> None:
    text = '<p>One<br>two &amp; three</p><ul><li><p>ca<b>sino</b></p></li></ul><a href="https://evil.shop">See</a>'
    assert _description(text) == "One\ntwo & three\n\n- casino\n\nSee (https://evil.shop)"
    assert [one.quote for one in words.forbidden(list(texts.texts_of(of(text))), ["casino"])] == ["casino"]
    assert _description("a < b & c > d") == "a < b & c > d"
