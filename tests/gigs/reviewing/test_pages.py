"""What sellers, buyers and staff see and press, in how many queries, and who is turned away."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from gigs import api
from gigs.models import CannedChange, Gig, GigReview
from gigs.models.reviewing import Concern, Takedown
from gigs.reviewing import concerns, deciding, selectors, taking_down
from gigs.reviewing.states import Mode
from gigs.reviewing.vocabulary import SECTIONS
from inbox.letters import letter_for
from inbox.models import Notification
from marketplace.kernel import clock
from tests.gigs.conftest import CONTENT, MakeGig
from tests.gigs.editing_forms import opened, send
from tests.gigs.reviewing.conftest import NEW_TEXT, edit, round_of, send_back, state, wants
from tests.support.own_cache import clear_own_cache

pytestmark = pytest.mark.django_db
Queries = Callable[..., Any]


@pytest.fixture
def at() -> datetime:
    """Pages ask the clock."""
    return clock.now() - timedelta(minutes=5)


def fine(**changes: str) -> dict[str, str]:
    """A verdict for every section; keyword arguments: what to change in one."""
    data = {f"{name}-verdict": "change" if name in changes else "ok" for name in SECTIONS}
    return data | {f"{name}-words": text for name, text in changes.items()}


def _seen(answer: Any) -> str:
    """What the form of this page says that its reader saw."""
    (mark, *_same) = re.findall(r'name="seen" value="(\w+)"', answer.content.decode())
    return str(mark)


def decide(client: Client, one: GigReview, do: str, **data: str) -> Any:
    one.refresh_from_db()
    return client.post(reverse("gigs:staff_round", args=[one.pk]), {"do": do, "edition": one.edition, **data})


# The seller.


def test_pressing_publish_explains_first_what_a_check_found(make_gig: MakeGig, as_seller: Client) -> None:
    gig = make_gig(published=False, description=f"{CONTENT.description} https://evil.shop")
    url = reverse("gigs:check", args=[gig.pk])
    assert as_seller.post(reverse("gigs:act", args=[gig.pk, "publish"])).headers["Location"] == url
    html = as_seller.get(url).content.decode()
    assert "Found in your description: a link to another site, “https://evil.shop”." in html
    assert (state(gig), "You can publish it as it is, too." in html) == ("draft", True)
    assert as_seller.post(url).headers["Location"] == gig.get_absolute_url()
    assert state(gig) == "active"


def test_what_blocks_has_no_button(make_gig: MakeGig, as_seller: Client) -> None:
    gig = make_gig(published=False, description=f"{CONTENT.description} tom@example.org")
    url = reverse("gigs:check", args=[gig.pk])
    html = as_seller.get(url).content.decode()
    assert ("This cannot stay" in html, f'action="{url}"' in html) == (True, False)
    assert f'href="{reverse("gigs:edit", args=[gig.pk])}">Change it' in html
    answer = as_seller.post(url)
    assert (answer.status_code, state(gig)) == (422, "draft")
    assert "This cannot be published yet." in answer.content.decode()


def test_a_change_with_what_blocks_is_kept_and_not_shown(gig: Gig, as_seller: Client) -> None:
    url, step = reverse("gigs:edit", args=[gig.pk]), reverse("gigs:edit_step", args=[gig.pk, "what"])
    text = f"{CONTENT.description} Write to tom@example.org first."
    send(as_seller, gig.pk, "what", opened(as_seller, gig.pk, "what"), description=text)
    answer = as_seller.post(url, {"do": "save", "version": gig.version}).content.decode()
    assert "This cannot be published yet. Found in your description" in answer
    gig.refresh_from_db()
    assert "tom@example.org" not in gig.description
    assert "tom@example.org" in as_seller.get(step).content.decode()


def test_handed_in_the_seller_sees_where_it_is_and_takes_it_back(
    make_gig: MakeGig, as_seller: Client, at: datetime, django_assert_num_queries: Queries
) -> None:
    gig = make_gig(published=False)
    wants(Mode.NEW, at)
    url = reverse("gigs:standing", args=[gig.pk])
    assert as_seller.post(reverse("gigs:act", args=[gig.pk, "publish"])).headers["Location"] == url
    as_seller.get(url)
    with django_assert_num_queries(7):
        html = as_seller.get(url).content.decode()
    assert "Somebody looks at it, usually within a day." in html
    mine = as_seller.get(reverse("gigs:mine")).content.decode()
    assert (mine.count("In review"), "/publish/" in mine) == (2, False)
    assert "In review: only you and our staff see it." in as_seller.get(gig.get_absolute_url()).content.decode()
    assert as_seller.post(reverse("gigs:withdraw", args=[gig.pk])).headers["Location"] == url
    assert state(gig) == "draft"
    again = as_seller.post(reverse("gigs:withdraw", args=[gig.pk]), follow=True).content.decode()
    assert "Nothing of this gig waits any more" in again


def test_what_to_change_stands_by_section_and_in_the_mail(waiting: GigReview, mo: User, as_seller: Client) -> None:
    send_back(waiting, mo, clock.now(), title="Say what it is.", pictures="Show <b>yours</b>.")
    html = as_seller.get(reverse("gigs:standing", args=[waiting.gig_id])).content.decode()
    for text in ("Say what it is.", "Show &lt;b&gt;yours&lt;/b&gt;.", "Pictures", "Change it, then publish"):
        assert text in html
    assert "Mo Moderator" not in html
    mail = letter_for(Notification.objects.get(kind="gig_sent_back"))
    assert mail.subject == f"Please change something: {waiting.gig.title}"
    assert ("Title: Say what it is." in mail.text, "Pictures: Show <b>yours</b>." in mail.text) == (True, True)
    assert "Show &lt;b&gt;yours&lt;/b&gt;." in mail.html


def test_the_editor_opens_with_the_change_that_waits_or_was_sent_back(
    live: Gig, mo: User, as_seller: Client, at: datetime
) -> None:
    url, whole = reverse("gigs:edit_step", args=[live.pk, "what"]), reverse("gigs:edit", args=[live.pk])
    edit(live, at, description=NEW_TEXT)
    html = as_seller.get(url).content.decode()
    assert ("about boats only" in html, "You see the change that waits." in html) == (True, True)
    send_back(round_of(live), mo, at)
    html = as_seller.get(url).content.decode()
    assert ("about boats only" in html, "See what to change" in html) == (True, True)
    assert as_seller.post(whole, {"do": "start-over"}).headers["Location"] == whole
    html = as_seller.get(url).content.decode()
    assert ("about boats only" in html, "Send the product list" in html) == (False, True)


def test_taken_down_the_seller_reads_why_and_answers_once(
    gig: Gig, mo: User, as_seller: Client, client: Client, at: datetime
) -> None:
    pk = taking_down.look_at(gig_id=gig.pk, moderator_id=mo.pk, at=at)
    seen = selectors.mark_of(gig, pk)
    taking_down.take_down(concern_id=pk, moderator_id=mo.pk, seen=seen, reason="It is copied.", at=at)
    assert Client().get(gig.get_absolute_url()).status_code == 404
    url = reverse("gigs:standing", args=[gig.pk])
    assert "It is copied." in as_seller.get(url).content.decode()
    empty = as_seller.post(url, {"answer": ""})
    assert (empty.status_code, Takedown.objects.get().answer) == (422, "")
    assert as_seller.post(url, {"answer": "I wrote it anew."}).headers["Location"] == url
    html = as_seller.get(url).content.decode()
    assert ("Somebody reads it and looks at your gig again." in html, 'name="answer"' in html) == (True, False)
    assert as_seller.post(url, {"answer": "And again."}).status_code == 422
    assert Takedown.objects.get().answer == "I wrote it anew."


@pytest.mark.parametrize("name", ["check", "standing", "withdraw"])
def test_the_pages_of_a_seller_are_theirs(waiting: GigReview, as_buyer: Client, as_mo: Client, name: str) -> None:
    url = reverse(f"gigs:{name}", args=[waiting.gig_id])
    for client in (as_buyer, as_mo):
        assert client.post(url, {"answer": "x"}).status_code == 404
    assert Client().post(url).headers["Location"].startswith("/accounts/login/")
    assert state(waiting.gig) == "in_review"


# The buyer.


def test_reporting_a_gig(gig: Gig, as_buyer: Client, as_seller: Client, django_assert_num_queries: Queries) -> None:
    url = reverse("gigs:report", args=[gig.pk])
    assert url in as_buyer.get(gig.get_absolute_url()).content.decode()
    assert url not in as_seller.get(gig.get_absolute_url()).content.decode()
    assert as_seller.get(url).status_code == 403
    wrong = as_buyer.post(url, {"reason": "", "text": "Mine."})
    assert (wrong.status_code, "Choose what is wrong." in wrong.content.decode()) == (422, True)
    assert as_buyer.post(url, {"reason": "copied", "text": "It is mine."}).headers["Location"] == gig.get_absolute_url()
    assert "You have told us, and we will look at it." in as_buyer.get(url).content.decode()
    assert as_buyer.post(url, {"reason": "copied", "text": ""}).status_code == 422
    assert Concern.objects.get().flags.count() == 1


def test_nobody_reports_all_day_long(gig: Gig, as_buyer: Client, settings: Any) -> None:
    clear_own_cache()
    url = reverse("gigs:report", args=[gig.pk])
    for _number in range(21):
        answer = as_buyer.post(url, {"reason": "copied", "text": ""})
    assert "You have reported many gigs today." in answer.content.decode()


# The staff.


def test_both_lists_the_oldest_first_in_a_fixed_number_of_queries(
    make_gig: MakeGig, as_mo: Client, at: datetime, buyer: User, django_assert_num_queries: Queries
) -> None:
    wants(Mode.NEW, at)
    gigs = [make_gig(title=f"Write text number {number} for you") for number in range(4)]
    for number, gig in enumerate(gigs):
        GigReview.objects.filter(gig=gig).update(submitted_at=at - timedelta(hours=number * 10))
    url = reverse("gigs:staff")
    as_mo.get(url)
    with django_assert_num_queries(12):
        html = as_mo.get(url).content.decode()
    places = [html.index(f"number {number}") for number in (3, 2, 1, 0)]
    assert places == sorted(places)
    assert ("due-late" in html, "due-soon" in html) == (True, True)
    Gig.objects.update(state="active", published_at=at)
    for gig in gigs:
        concerns.report(gig_id=gig.pk, by_id=buyer.pk, reason="copied", text="", at=at)
    with django_assert_num_queries(13):
        html = as_mo.get(url, {"list": "again"}).content.decode()
    assert html.count("reported: It is copied from somebody else") == 4


def test_the_list_goes_on_page_by_page_without_gaps(make_gig: MakeGig, as_mo: Client, mo: User, at: datetime) -> None:
    wants(Mode.NEW, at)
    gig = make_gig()
    GigReview.objects.all().delete()
    for number in range(selectors.PAGE + 3):
        other = Gig.objects.get(pk=gig.pk)
        other.pk, other.title = None, f"Write text {number} for you"
        other.save(force_insert=True)
        since = at + timedelta(seconds=number // 2)
        GigReview.objects.create(gig=other, number=1, is_change=False, content={}, base_version=1, submitted_at=since)
    first = selectors.round_queue(at, mo.pk)
    second = selectors.round_queue(at, mo.pk, after=first.next_after)
    ids = [row.id for row in [*first.rows, *second.rows]]
    assert (len(first.rows), len(second.rows), len(set(ids)), second.next_after) == (selectors.PAGE, 3, len(ids), "")
    page = as_mo.get(reverse("gigs:staff"), {"after": first.next_after}).content.decode()
    assert ("First page" in page, f"Write text {selectors.PAGE} for you" in page) == (True, True)
    for token in ("x", "~", "2026-05-13T12:00:00~1", f"{at.isoformat()}~{'9' * 40}", "\x00"):
        assert as_mo.get(reverse("gigs:staff"), {"after": token}).status_code == 200


def test_the_workspace_shows_everything_and_approves(
    waiting: GigReview, as_mo: Client, django_assert_num_queries: Queries
) -> None:
    url = reverse("gigs:staff_round", args=[waiting.pk])
    as_mo.get(url)
    with django_assert_num_queries(16):
        html = as_mo.get(url).content.decode()
    for text in (
        CONTENT.title, "I write in your voice", "Whole shop", "€190.55", "Titles for search engines",
        "Who buys from you?", "Can I see a sample?", "Writing", "No link anywhere.",
        "Spreadsheet with one row per product",
    ):  # fmt: skip
        assert text in html
    assert f'href="{url}" aria-current="page"' in html  # the list stands beside it
    answer = decide(as_mo, waiting, "approve", **fine())
    assert answer.headers["Location"] == url
    assert (state(waiting.gig), "Approved by Mo Moderator." in as_mo.get(url).content.decode()) == ("active", True)


def test_staff_see_the_whole_gallery(gig: Gig, waiting: GigReview, as_mo: Client, at: datetime) -> None:
    """Beside a round that waits, and beside a gig that is live."""
    look = as_mo.post(reverse("gigs:staff_look", args=[gig.pk])).headers["Location"]
    for one, url in ((waiting.gig, reverse("gigs:staff_round", args=[waiting.pk])), (gig, look)):
        assert "The rest of the gallery" not in as_mo.get(url).content.decode()
        items = {"state": "ready", "added_at": at, "content": {"size": [640, 480], "whole": [640], "pages": 3}}
        one.gallery_items.create(kind="image", position=8, key="pictures/aa/a", alt="A page of a shop", **items)
        one.gallery_items.create(kind="pdf", position=9, key="pictures/aa/b", name="sample.pdf", **items)
        html = as_mo.get(url).content.decode()
        assert 'alt="A page of a shop"' in html
        assert "PDF, 3 pages" in html


def test_sending_back_with_words_from_the_list_and_own_ones(waiting: GigReview, as_mo: Client) -> None:
    canned = CannedChange.objects.create(section="title", title="Too short", text="Say more.")
    data = fine(title="Name the product.") | {"title-canned": str(canned.pk), "words": "Nearly there."}
    decide(as_mo, waiting, "send_back", **data)
    waiting.refresh_from_db()
    assert (state(waiting.gig), waiting.words) == ("draft", "Nearly there.")
    assert list(waiting.notes.values_list("section", "text")) == [("title", "Say more.\n\nName the product.")]


@pytest.mark.parametrize(
    ("do", "data", "said"),
    [
        ("approve", fine(title="Say more."), "You asked for changes."),
        ("send_back", fine(), "Nothing is marked “please change”."),
        ("send_back", fine() | {"title-verdict": "change"}, "Choose what to change, or say it in your own words."),
        ("approve", {}, "Say whether this is fine."),
        ("approve", fine() | {"title-canned": "999999"}, "Select a valid choice"),
        ("approve", fine() | {"title-verdict": "maybe"}, "Select a valid choice"),
        ("send_back", fine(title="x" * 2_001), "at most 2000 characters"),
    ],
)
def test_a_verdict_that_does_not_hold_is_refused_and_keeps_what_was_typed(
    waiting: GigReview, as_mo: Client, do: str, data: dict[str, str], said: str
) -> None:
    answer = decide(as_mo, waiting, do, **data)
    assert (answer.status_code, state(waiting.gig)) == (422, "in_review")
    assert said in answer.content.decode()


def test_where_something_was_found_somebody_has_to_look(make_gig: MakeGig, as_mo: Client, at: datetime) -> None:
    wants(Mode.NEW, at)
    one = round_of(make_gig(description=f"{CONTENT.description} https://evil.shop"))
    html = as_mo.get(reverse("gigs:staff_round", args=[one.pk])).content.decode()
    assert "Links to elsewhere: a link to another site, “https://evil.shop”" in html
    chosen = [name for name in SECTIONS if f'name="{name}-verdict" value="ok" checked' in html]
    assert chosen == [name for name in SECTIONS if name != "links"]


def test_what_the_seller_changed_meanwhile_is_said_and_shown(waiting: GigReview, as_mo: Client, at: datetime) -> None:
    seen = waiting.edition
    edit(waiting.gig, at, description=NEW_TEXT)
    url = reverse("gigs:staff_round", args=[waiting.pk])
    answer = as_mo.post(url, {"do": "approve", "edition": seen, **fine()})
    html = answer.content.decode()
    assert (answer.status_code, state(waiting.gig)) == (422, "in_review")
    assert ("The seller changed it while you looked at it." in html, "about boats only" in html) == (True, True)
    assert 'name="edition" value="2"' in html


def test_a_later_round_shows_what_changed_and_what_was_asked_for(
    waiting: GigReview, mo: User, as_mo: Client, at: datetime
) -> None:
    send_back(waiting, mo, at, title="Say more.")
    edit(Gig.objects.get(pk=waiting.gig_id), at, title="Write 60 product descriptions for your shop")
    api.publish(gig_id=waiting.gig_id, seller_id=waiting.gig.seller_id, at=at)
    html = as_mo.get(reverse("gigs:staff_round", args=[round_of(waiting.gig).pk])).content.decode()
    assert '<del class="bg-error-soft"> 50</del><ins class="bg-primary-soft no-underline"> 60</ins>' in html
    assert ("Asked for last time:" in html, "Earlier rounds" in html) == (True, True)


def test_the_next_gig_is_the_oldest_that_is_free(make_gig: MakeGig, as_mo: Client, di: User, at: datetime) -> None:
    wants(Mode.NEW, at)
    rounds = [round_of(make_gig(title=f"Write text number {number} for you")) for number in range(3)]
    deciding.claim(round_id=rounds[0].pk, moderator_id=di.pk, at=clock.now())
    url = reverse("gigs:staff_next", args=["new"])
    assert as_mo.post(url).headers["Location"] == reverse("gigs:staff_round", args=[rounds[1].pk])
    after = as_mo.post(url, {"after": rounds[1].pk}).headers["Location"]
    assert after == reverse("gigs:staff_round", args=[rounds[2].pk])
    nothing = as_mo.post(url, {"after": "x"}, follow=True).content.decode()
    assert "Nothing else waits for you." in nothing
    assert "Di Second looks at it" in nothing


def test_claiming_and_giving_back_by_buttons(waiting: GigReview, as_mo: Client, as_di: Client, mo: User) -> None:
    claim, release = (reverse("gigs:staff_claim_round", args=[waiting.pk, do]) for do in ("claim", "release"))
    as_mo.post(claim)
    assert "Mo Moderator looks at it until" in as_di.post(claim, follow=True).content.decode()
    as_mo.post(release)
    as_di.post(claim)
    waiting.refresh_from_db()
    assert waiting.claimed_by
    assert waiting.claimed_by.display_name == "Di Second"


def test_taking_down_and_putting_back_by_buttons(
    gig: Gig, as_mo: Client, as_di: Client, as_seller: Client, django_assert_num_queries: Queries
) -> None:
    assert "Look at it as staff" in as_mo.get(gig.get_absolute_url()).content.decode()
    url = as_mo.post(reverse("gigs:staff_look", args=[gig.pk])).headers["Location"]
    as_mo.get(url)
    with django_assert_num_queries(21):
        as_mo.get(url)
    empty = as_mo.post(url, {"do": "take_down", "reason": ""})
    assert (empty.status_code, state(gig)) == (422, "active")
    unread = as_mo.post(url, {"do": "take_down", "reason": "It is copied."})
    assert ("changed while you looked" in unread.content.decode(), state(gig)) == (True, "active")
    as_mo.post(url, {"do": "take_down", "reason": "It is copied.", "seen": _seen(unread)})
    assert state(gig) == "taken_down"
    assert gig.title in as_mo.get(reverse("gigs:staff"), {"list": "down"}).content.decode()
    as_seller.post(reverse("gigs:standing", args=[gig.pk]), {"answer": "It is not."})
    again = reverse("gigs:staff_concern", args=[Concern.objects.get(closed_at=None).pk])
    assert "Another moderator reads the answer." in as_mo.get(again).content.decode()
    assert "It is not." in as_di.get(again).content.decode()
    as_di.post(again, {"do": "nonsense"})
    as_di.post(again, {"do": "put_back", "words": "You are right.", "seen": _seen(as_di.get(again))})
    assert state(gig) == "active"


STAFF_PAGES = [
    ("staff", []), ("staff_round", [1]), ("staff_concern", [1]), ("staff_next", ["new"]), ("staff_look", [1]),
    ("staff_claim_round", [1, "claim"]), ("staff_claim_concern", [1, "release"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args"), STAFF_PAGES)
def test_nobody_else_comes_to_the_pages_of_staff(
    waiting: GigReview, as_seller: Client, as_buyer: Client, name: str, args: list[object]
) -> None:
    url = reverse(f"gigs:{name}", args=args)
    for client in (as_seller, as_buyer):
        assert {client.get(url).status_code, client.post(url).status_code} <= {403, 404, 405}
    assert Client().get(url).headers["Location"].startswith("/accounts/login/")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.claimed_by) == ("waiting", None)
