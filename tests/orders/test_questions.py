"""What a seller can ask: every kind of answer, from checkout to the brief, frozen once work begins."""

from __future__ import annotations

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
from marketplace.kernel.errors import Conflict, InvalidInput, NotFound
from orders import api, questions
from orders import terms as frozen
from orders.contracts import Question, Terms
from orders.models import AnswerChange, Order
from orders.states import State
from tests.orders.scenes import DAY, HOUR, Desk, get, snapshot, stored

pytestmark = pytest.mark.django_db

PAGES = Question("pages", "How many pages?", "number", minimum="1", maximum="40", unit="pages")
EVERY = (
    Question("name", "Your name", "text"),
    Question("story", "Your story", "long_text"),
    Question("tone", "Tone", "choice", choices=("Warm", "Dry")),
    Question("where", "Where is it used?", "multiple", choices=("Shop", "Mail", "Print")),
    Question("samples", "Samples", "file"),
    PAGES,
    Question("event", "When is the event?", "date", required=False),
    Question("shop", "Your shop", "link"),
)
GOOD = {
    "name": "Bea",
    "story": "Two lines\nof it",
    "tone": "Dry",
    "where": "Print\nShop",
    "pages": "12,5",
    "event": "2026-12-24",
    "shop": "shop.example",
}


@pytest.fixture
def at() -> datetime:
    return clock.now() - 8 * HOUR


def upload(name: str = "a.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"a,b\n1,2\n")


def asked(desk: Desk, *which: Question) -> Order:
    return desk.pay(desk.pending(terms=replace(desk.terms, questions=which or EVERY)), desk.at)


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("text", "  Bea\x00 ", "Bea"),
        ("choice", "Warm", "Warm"),
        ("multiple", "Dry\nWarm\r\nDry", "Warm\nDry"),
        ("number", " 12,50 ", "12.50"),
        ("number", "-3", "-3"),
        ("date", "2028-02-29", "2028-02-29"),
        ("link", "shop.example/a", "https://shop.example/a"),
        ("number", "", ""),
    ],
)
def test_what_is_kept(kind: str, text: str, kept: str) -> None:
    assert questions.clean(Question("q", "Q", kind, choices=("Warm", "Dry")), text) == kept


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("text", "x" * 301, "under 300"),
        ("choice", "Loud", "Choose one"),
        ("multiple", "Warm\nLoud", "Choose among"),
        ("number", "twelve", "Write a number"),
        ("number", "1e5", "Write a number"),
        ("number", "inf", "Write a number"),
        ("number", "١٢", "Write a number"),
        ("number", "9" * 30, "Write a number"),
        ("date", "2026-02-30", "Write a date"),
        ("date", "24.12.2026", "Write a date"),
        ("link", "javascript:alert(1)", "web address"),
        ("link", "http://[", "web address"),
    ],
)
def test_what_is_refused(kind: str, text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        questions.clean(Question("q", "Q", kind, choices=("Warm", "Dry")), text)


@pytest.mark.parametrize(
    ("least", "most", "text", "said"),
    [
        ("1", "40", "0", "from 1 pages to 40 pages"),
        ("1", "40", "40.5", "from 1 pages to 40 pages"),
        ("1", "", "0.5", "At least 1 pages"),
        ("", "40", "41", "At most 40 pages"),
    ],
)
def test_numbers_have_limits(least: str, most: str, text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        questions.clean(replace(PAGES, minimum=least, maximum=most), text)


@pytest.mark.parametrize(
    ("changes", "count"),
    [({}, 0), ({"minimum": "x"}, 1), ({"minimum": "50"}, 1), ({"kind": "essay"}, 1), ({"maximum": "2,5"}, 0)],
)
def test_a_question_itself_can_be_wrong(changes: dict[str, str], count: int) -> None:
    assert len(list(questions.definition_problems(replace(PAGES, **changes)))) == count  # type: ignore[arg-type]


def test_an_order_of_before_has_questions_without_limits(desk: Desk) -> None:
    data = frozen.to_json(replace(desk.terms, questions=(PAGES,)))
    for name in ("minimum", "maximum", "unit"):
        del data["questions"][0][name]
    assert frozen.from_json(data).questions == (replace(PAGES, minimum="", maximum="", unit=""),)


def test_every_kind_by_form_and_in_the_brief(desk: Desk, as_buyer: Client, as_seller: Client) -> None:
    order = asked(desk)
    page = as_buyer.get(reverse("orders:act", args=[order.pk, "submit"])).content.decode()
    assert 'type="date"' in page
    assert "From 1 to 40 pages." in page
    data: dict[str, Any] = {f"answer_{key}": text for key, text in GOOD.items()}
    data |= {"answer_where": ["Print", "Shop"], "answer_samples": [upload("a.csv"), upload("b.csv")]}
    assert as_buyer.post(reverse("orders:act", args=[order.pk, "submit"]), data).status_code == 302
    assert get(order.pk).state == State.IN_PROGRESS
    rows = order.answers.order_by("question_key", "number")
    assert [(row.question_key, row.number, row.text or row.file and row.file.name) for row in rows] == [
        ("event", 0, "2026-12-24"),
        ("name", 0, "Bea"),
        ("pages", 0, "12.5"),
        ("samples", 0, "a.csv"),
        ("samples", 1, "b.csv"),
        ("shop", 0, "https://shop.example"),
        ("story", 0, "Two lines\nof it"),
        ("tone", 0, "Dry"),
        ("where", 0, "Shop\nPrint"),
    ]
    html = as_seller.get(order.get_absolute_url()).content.decode()
    for words in ("12.5 pages", "24 Dec 2026", "Shop, Print", "b.csv", 'href="https://shop.example"'):
        assert words in html


def test_wrong_answers_stay_at_their_fields(desk: Desk, as_buyer: Client) -> None:
    order = asked(desk)
    before = snapshot(order)
    data = {"answer_pages": "400", "answer_event": "soon", "answer_name": "Bea"}
    answer = as_buyer.post(reverse("orders:act", args=[order.pk, "submit"]), data)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Write a number from 1 pages to 40 pages." in html
    assert "Write a date" in html
    assert 'value="Bea"' in html
    assert snapshot(order) == before


def test_more_files_than_ten_are_refused(desk: Desk, as_buyer: Client) -> None:
    order = asked(desk, EVERY[4])
    many = [upload(f"{number}.csv") for number in range(11)]
    answer = as_buyer.post(reverse("orders:act", args=[order.pk, "submit"]), {"answer_samples": many})
    assert (answer.status_code, order.answers.count()) == (422, 0)
    ten = {"samples": [stored(f"{number}.csv", desk.buyer, desk.at) for number in range(11)]}
    with pytest.raises(InvalidInput):
        api.save_answers(order_id=order.pk, actor_id=desk.buyer.pk, texts={}, files=ten, at=desk.at)
    assert order.answers.count() == 0


def test_files_of_the_draft_are_the_buyers_own(desk: Desk) -> None:
    mine, theirs = stored("a.csv", desk.buyer, desk.at), stored("b.csv", desk.seller, desk.at)
    order = desk.pending(
        terms=replace(desk.terms, questions=(EVERY[4],)), answers={"samples": f"{mine.pk} {theirs.pk} nonsense"}
    )
    assert [row.file for row in order.answers.all()] == [mine]


# Changing an answer after work began


@pytest.fixture
def working(desk: Desk) -> Order:
    order = asked(desk, PAGES, EVERY[4])
    files = {"samples": [stored("a.csv", desk.buyer, desk.at), stored("b.csv", desk.buyer, desk.at)]}
    api.submit(order_id=order.pk, actor_id=desk.buyer.pk, texts={"pages": "12"}, files=files, at=desk.at + HOUR)
    return get(order.pk)


def wish(desk: Desk, order: Order, **changes: Any) -> AnswerChange:
    given = {"key": "pages", "text": "14", "files": [], "reason": "Two more were found.", "at": desk.at + 2 * HOUR}
    return api.ask_answer_change(order_id=order.pk, actor_id=desk.buyer.pk, **{**given, **changes})


def settle(desk: Desk, order: Order, change: AnswerChange, run: Any = None, by: User | None = None) -> None:
    run = run or api.take_answer_change
    run(order_id=order.pk, actor_id=(by or desk.seller).pk, change_id=change.pk, at=desk.at + 3 * HOUR)


def pages(order: Order) -> list[str]:
    return [row.text for row in order.answers.filter(question_key="pages")]


def test_answers_are_frozen_once_work_begins(desk: Desk, working: Order) -> None:
    with pytest.raises(Conflict, match="fixed"):
        api.save_answers(order_id=working.pk, actor_id=desk.buyer.pk, texts={"pages": "1"}, files={}, at=desk.at + DAY)
    assert pages(working) == ["12"]


def test_the_seller_takes_a_change_and_the_version_before_is_kept(desk: Desk, working: Order) -> None:
    due = working.due_at
    change = wish(desk, working)
    assert pages(working) == ["12"]
    settle(desk, working, change)
    change.refresh_from_db()
    assert (pages(working), change.before, change.text, change.state) == (["14"], "12", "14", "taken")
    assert (get(working.pk).due_at, get(working.pk).version) == (due, working.version)
    kinds = Notification.objects.filter(kind__startswith="order_answer").values_list("recipient_id", "kind")
    assert sorted(kinds) == sorted([(desk.seller.pk, "order_answer_change"), (desk.buyer.pk, "order_answer_taken")])


def test_files_change_as_a_whole_and_the_old_ones_can_still_be_read(
    desk: Desk, working: Order, as_seller: Client, as_stranger: Client
) -> None:
    new = stored("c.csv", desk.buyer, desk.at)
    old = working.answers.filter(question_key="samples").first()
    assert old is not None
    assert old.file is not None
    change = wish(desk, working, key="samples", text="", files=[new])
    for file in (new, old.file):
        assert as_seller.get(reverse("orders:file", args=[file.pk])).status_code == 200
        assert as_stranger.get(reverse("orders:file", args=[file.pk])).status_code == 404
    settle(desk, working, change)
    rows = working.answers.filter(question_key="samples")
    assert [row.file and row.file.name for row in rows] == ["c.csv"]
    assert change.before == "a.csv\nb.csv"
    assert as_seller.get(reverse("orders:file", args=[old.file.pk])).status_code == 200


def test_refused_or_taken_back_nothing_changes(desk: Desk, working: Order) -> None:
    settle(desk, working, wish(desk, working), api.refuse_answer_change)
    settle(desk, working, wish(desk, working), api.take_back_answer_change, desk.buyer)
    assert pages(working) == ["12"]
    assert list(AnswerChange.objects.values_list("state", flat=True)) == ["refused", "taken_back"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"text": "41"}, InvalidInput),
        ({"text": "12"}, InvalidInput),
        ({"text": ""}, InvalidInput),
        ({"reason": "so"}, InvalidInput),
        ({"key": "nothing"}, NotFound),
    ],
)
def test_a_wish_that_cannot_be(desk: Desk, working: Order, changes: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        wish(desk, working, **changes)
    assert (pages(working), AnswerChange.objects.count()) == (["12"], 0)


def test_who_may_do_what(desk: Desk, working: Order, stranger: User) -> None:
    for person, error in ((desk.seller, Conflict), (stranger, NotFound)):
        with pytest.raises(error):
            api.ask_answer_change(
                order_id=working.pk, actor_id=person.pk, key="pages", text="14", files=[],
                reason="Two more were found.", at=desk.at + DAY,
            )  # fmt: skip
    change = wish(desk, working)
    for run, person, error in (
        (api.take_answer_change, desk.buyer, Conflict),
        (api.refuse_answer_change, desk.buyer, Conflict),
        (api.take_back_answer_change, desk.seller, Conflict),
        (api.take_answer_change, stranger, NotFound),
    ):
        with pytest.raises(error):
            settle(desk, working, change, run, person)
    with pytest.raises(Conflict, match="already"):
        wish(desk, working, text="15")
    settle(desk, working, change)
    with pytest.raises(Conflict, match="settled"):
        settle(desk, working, change)
    assert pages(working) == ["14"]


def test_only_while_the_seller_works(desk: Desk, working: Order) -> None:
    change = wish(desk, working)
    desk.deliver(working, desk.at + 3 * HOUR)
    for run in (lambda: settle(desk, working, change), lambda: wish(desk, working, key="samples")):
        with pytest.raises(Conflict, match="while the seller works"):
            run()
    assert pages(working) == ["12"]


def test_by_form_from_both_sides(desk: Desk, working: Order, as_buyer: Client, as_seller: Client) -> None:
    form = reverse("orders:change_answer", args=[working.pk, "pages"])
    assert form in as_buyer.get(working.get_absolute_url()).content.decode()
    assert form not in as_seller.get(working.get_absolute_url()).content.decode()
    assert as_seller.get(form).status_code == 302
    assert 'value="12"' in as_buyer.get(form).content.decode()
    wrong = as_buyer.post(form, {"answer": "99", "reason": "Two more were found."})
    assert (wrong.status_code, AnswerChange.objects.count()) == (422, 0)
    assert "Two more were found." in wrong.content.decode()
    assert as_buyer.post(form, {"answer": "14", "reason": "Two more were found."}).status_code == 302
    change = AnswerChange.objects.get()
    take = reverse("orders:settle_answer", args=[working.pk, change.pk, "take"])
    html = as_seller.get(working.get_absolute_url()).content.decode()
    assert take in html
    assert "14 pages" in html
    assert as_seller.post(reverse("orders:settle_answer", args=[working.pk, change.pk, "eat"])).status_code == 404
    assert as_seller.post(take, follow=True).status_code == 200
    assert pages(working) == ["14"]
    assert "Before: 12 pages" in as_buyer.get(working.get_absolute_url()).content.decode()


def test_a_stranger_finds_no_form(working: Order, as_stranger: Client) -> None:
    assert as_stranger.get(reverse("orders:change_answer", args=[working.pk, "pages"])).status_code == 404
    assert as_stranger.post(reverse("orders:settle_answer", args=[working.pk, 1, "take"])).status_code == 404


def test_programs_read_questions_and_answers(desk: Desk, working: Order, client: Client) -> None:
    from accounts.services import tokens

    secret = tokens.create_token(user_id=desk.seller.pk, name="test", at=desk.at)
    found = client.get(reverse("api-order", args=[working.pk]), headers={"Authorization": f"Bearer {secret}"}).json()[
        "brief"
    ]
    assert [(row["key"], row["kind"], row["text"], len(row["files"])) for row in found] == [
        ("pages", "number", "12", 0),
        ("samples", "file", "", 2),
    ]
    assert (found[0]["minimum"], found[0]["maximum"], found[0]["unit"]) == ("1", "40", "pages")


def test_terms_keep_every_kind(desk: Desk) -> None:
    terms: Terms = replace(desk.terms, questions=EVERY)
    assert frozen.from_json(frozen.to_json(terms)) == terms
