"""An operator changes what new orders freeze: in the admin, with history, without touching running orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import InternalError, connection, transaction
from django.db.utils import IntegrityError
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from accounts.models import User
from marketplace.kernel.errors import Conflict, InvalidInput
from orders import api, site_rules
from orders import terms as frozen
from orders.models import RuleChange, SiteRule
from orders.rules import Rules
from orders.services import operating
from orders.web import rule_words
from orders.web.agreed import clauses
from tests.orders.conftest import signed_in
from tests.orders.scenes import HOUR, QUESTIONS, STEP_TERMS, Desk, get

pytestmark = pytest.mark.django_db
FORM = "admin:orders_rules"


@pytest.fixture
def operator() -> User:
    return User.objects.create_superuser("op@example.org", password="x" * 12, display_name="Op Operator")


def change(operator: User, at: datetime, wanted: dict[tuple[str, str], object | None], **options: Any) -> Any:
    changes = operating.change_rules(wanted, by_id=operator.pk, at=at, **options)
    site_rules.reread()
    return changes


def test_a_change_holds_for_new_orders_and_for_no_running_one(desk: Desk, operator: User) -> None:
    running = desk.delivered()
    change(operator, desk.at, {("acceptance", ""): 30 * HOUR, ("buyer_fee_minimum_minor", "EUR"): 100})
    assert frozen.rules("EUR") == replace(Rules(), acceptance=30 * HOUR, buyer_fee_minimum_minor=100)
    assert frozen.rules("EUR").buyer_fee_minimum_minor == 100
    assert get(running.pk).terms.rules == Rules()
    desk.terms = replace(desk.terms, rules=frozen.rules("EUR"))
    assert get(desk.pending().pk).terms.rules.acceptance == 30 * HOUR
    api.run_due(desk.at + 70 * HOUR)
    assert get(running.pk).state == "delivered"


def test_settings_stay_the_base(desk: Desk, operator: User, settings: Any) -> None:
    settings.ORDER_RULES = {"acceptance": 40 * HOUR, "undo": timedelta(minutes=3)}
    change(operator, desk.at, {("acceptance", ""): 30 * HOUR})
    assert (frozen.rules("EUR").acceptance, frozen.rules("EUR").undo) == (30 * HOUR, timedelta(minutes=3))
    (row,) = change(operator, desk.at, {("acceptance", ""): None})
    assert (frozen.rules("EUR").acceptance, row.is_settings, row.after) == (40 * HOUR, True, 40 * 3600)
    assert not SiteRule.objects.exists()


def test_amounts_are_per_currency(desk: Desk, operator: User, settings: Any) -> None:
    settings.SETTLEMENT_CURRENCIES = ["EUR", "JPY"]
    change(operator, desk.at, {("second_person_limit_minor", "JPY"): 90_000})
    assert frozen.rules("JPY").second_person_limit_minor == 90_000
    assert frozen.rules("EUR").second_person_limit_minor == 50_000


def test_the_history_says_who_when_before_and_after(desk: Desk, operator: User) -> None:
    change(operator, desk.at, {("appeal", ""): 2 * HOUR, ("undo", ""): timedelta(minutes=10)}, reason="Too slow.")
    (row,) = RuleChange.objects.all()  # undo stays as it is
    assert (row.name, row.before, row.after, row.by, row.at, row.reason) == (
        "appeal", 259_200, 7_200, operator, desk.at, "Too slow.",
    )  # fmt: skip


@pytest.mark.parametrize("statement", ["UPDATE orders_rulechange SET reason = ''", "DELETE FROM orders_rulechange"])
def test_the_history_is_kept(desk: Desk, operator: User, statement: str) -> None:
    change(operator, desk.at, {("appeal", ""): 2 * HOUR})
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("key", "value", "field"),
    [
        (("acceptance", ""), timedelta(seconds=30), "acceptance"),
        (("acceptance", ""), timedelta(days=61), "acceptance"),
        (("seller_fee_bp", ""), 5_001, "seller_fee_bp"),
        (("buyer_fee_bp", ""), -1, "buyer_fee_bp"),
        (("buyer_fee_minimum_minor", "EUR"), 2_501, "buyer_fee_minimum_minor:EUR"),
        (("buyer_fee_minimum_minor", "EUR"), -1, "buyer_fee_minimum_minor:EUR"),
        (("buyer_fee_minimum_minor", "GBP"), 50, "buyer_fee_minimum_minor:GBP"),
        (("buyer_fee_minimum_minor", ""), 50, "buyer_fee_minimum_minor"),
        (("acceptance_reminder", ""), timedelta(days=4), "acceptance_reminder"),
        (("clearing_fast", ""), timedelta(days=30), "clearing_fast"),
        (("deadline_warnings", ""), (HOUR,) * 7, "deadline_warnings"),
        (("nonsense", ""), 1, "nonsense"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    desk: Desk, operator: User, key: tuple[str, str], value: object, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        change(operator, desk.at, {key: value, ("undo", ""): HOUR})
    assert list(refused.value.fields) == [field]
    assert (SiteRule.objects.count(), RuleChange.objects.count(), frozen.rules("EUR")) == (0, 0, Rules())


def test_two_operators_do_not_overwrite_each_other_unseen(desk: Desk, operator: User) -> None:
    seen = operating.last_change()
    change(operator, desk.at, {("undo", ""): HOUR}, seen=seen)
    with pytest.raises(Conflict, match="meanwhile"):
        change(operator, desk.at, {("undo", ""): 2 * HOUR}, seen=seen)
    assert frozen.rules("EUR").undo == HOUR


def test_one_query_when_an_order_is_placed_and_none_on_pages(
    operator: User, at: datetime, settings: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    SiteRule.objects.create(name="undo", value=3600)  # by another process
    with django_assert_num_queries(0):
        assert frozen.rules("EUR").undo == Rules().undo
    with django_assert_num_queries(1):
        api.reread_rules()
    assert frozen.rules("EUR").undo == HOUR
    SiteRule.objects.update(value=7200)
    settings.SITE_RULES_REREAD_SECONDS = 0
    with django_assert_num_queries(1):
        assert frozen.rules("EUR").undo == 2 * HOUR


# The form


def test_the_form_by_browser(
    desk: Desk, operator: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client = signed_in(operator)
    html = client.get(reverse(FORM)).content.decode()
    for words in ("Time to check a delivery", "Settings: 3 d", "Buyer&#x27;s fee at least (EUR)", "Settings: 0.50"):
        assert words in html
    data = {"acceptance": "1 d 12 h", "seller_fee_bp": "7,5 %", "buyer_fee_minimum_minor:EUR": "1.00"}
    data |= {"deadline_warnings": "2 h, 30 min", "seen": "0", "reason": "Spring."}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse(FORM), data).status_code == 302
    rules = frozen.rules("EUR")
    assert (rules.acceptance, rules.seller_fee_bp, rules.buyer_fee_minimum_minor) == (36 * HOUR, 750, 100)
    assert rules.deadline_warnings == (2 * HOUR, timedelta(minutes=30))
    history = client.get(reverse("admin:orders_rulechange_changelist")).content.decode()
    for words in ("Time to check a delivery", "3 d", "1 d 12 h", "Op Operator", "Spring.", reverse(FORM)):
        assert words in history
    assert 'value="1 d 12 h"' in client.get(reverse(FORM)).content.decode()


def test_errors_stand_at_their_fields_and_keep_what_was_typed(operator: User) -> None:
    client = signed_in(operator)
    answer = client.post(
        reverse(FORM), {"acceptance": "soon", "seller_fee_bp": "60 %", "buyer_fee_minimum_minor:EUR": "30", "seen": "0"}
    )
    html = answer.content.decode()
    assert (answer.status_code, RuleChange.objects.count()) == (422, 0)
    assert "Write a time such as 3 d" in html
    assert 'value="soon"' in html
    answer = client.post(reverse(FORM), {"seller_fee_bp": "60 %", "buyer_fee_minimum_minor:EUR": "30", "seen": "0"})
    assert "At most 50 %." in answer.content.decode()
    answer = client.post(reverse(FORM), {"undo": "1 h", "seen": "7"})
    assert "Somebody changed the rules meanwhile" in answer.content.decode()


def test_who_may_not_change_them(desk: Desk, as_moderator: Client) -> None:
    User.objects.filter(pk=desk.moderator.pk).update(is_staff=True)
    assert as_moderator.get(reverse(FORM)).status_code == 403
    assert as_moderator.post(reverse(FORM), {"undo": "1 h", "seen": "0"}).status_code == 403
    assert as_moderator.get(reverse("admin:orders_rulechange_changelist")).status_code == 403
    assert signed_in(desk.buyer).get(reverse(FORM)).status_code == 302
    assert not RuleChange.objects.exists()


def test_every_rule_stands_in_the_form_once() -> None:
    names = [name for _title, rules in rule_words.groups() for name in rules]
    assert sorted(names) == sorted(frozen.KNOWN)


@pytest.mark.parametrize(
    "span", [timedelta(0), timedelta(minutes=30), timedelta(days=1, hours=12), timedelta(days=3, seconds=5)]
)
def test_times_are_typed_as_they_are_shown(span: timedelta) -> None:
    assert rule_words.parse_span(rule_words.span_text(span)) == span


@pytest.mark.parametrize("text", ["soon", "3", "3 weeks", "-1 d", "1 d,", "1.5 h", "٣ d"])
def test_no_times(text: str) -> None:
    with pytest.raises(ValueError, match="such as 3 d"):
        rule_words.parse_span(text)


@pytest.mark.parametrize("name", sorted(frozen.KNOWN))
def test_every_value_is_typed_as_it_is_shown(name: str) -> None:
    value = getattr(Rules(), name)
    assert rule_words.parse(name, rule_words.text_of(name, value, "EUR"), "EUR") == value
    assert frozen.typed(name, frozen.plain(value)) == value


# Terms on the order page


def test_the_order_page_shows_its_own_terms(desk: Desk, operator: User, as_buyer: Client, as_seller: Client) -> None:
    order = desk.in_progress()
    change(operator, desk.at, {("acceptance", ""): 30 * HOUR, ("seller_fee_bp", ""): 2_000})
    mine, theirs = as_buyer.get(order.get_absolute_url()), as_seller.get(order.get_absolute_url())
    for answer in (mine, theirs):
        html = answer.content.decode()
        for words in (
            "22 h from the payment on.",
            "has 3 days to check",
            "Terms in version 1",
            "7 days late with nothing",
        ):
            assert words in html, words
    assert "3\u00a0% of the price, at least €0.50, at most €25.00" in mine.content.decode()
    assert "10\u00a0% of what the seller finally keeps" in theirs.content.decode()


def test_the_promise_runs_from_what_the_clock_waits_for(desk: Desk) -> None:
    waits = clauses(replace(desk.terms, questions=QUESTIONS), "buyer")
    assert waits[0].text == "22 h from the moment the mandatory answers are in."
    steps = {clause.label: clause.text for clause in clauses(STEP_TERMS, "buyer")}
    assert steps["Step 1"] == "Outline: €20.00, ready in 6 h; paid first."
    assert steps["Step 2"] == "Draft: €30.00, ready in 22 h; paid when the one before is accepted."


def test_every_clause_is_a_sentence(desk: Desk) -> None:
    for role in ("buyer", "seller", "staff"):
        found = clauses(desk.terms, role)
        assert all(clause.text.endswith(".") for clause in found)
        assert len({clause.label for clause in found}) == len(found)
