"""One's own orders for programs: the same selectors and the same page object as the browser gets."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import api as accounts
from accounts.contracts import Person
from marketplace.kernel import clock, cursors
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.models import StoredFile
from orders import selectors
from orders.contracts import Question
from orders.models import Order
from orders.rest import serializers
from orders.web.page import OrderPage
from orders.web.shown import file_view


@extend_schema(
    operation_id="orders_list",
    parameters=[serializers.OrderListParameters],
    responses=serializers.OrderPageSerializer,
    summary="Your orders, newest first",
)
@api_view(["GET", "HEAD"])
def orders(request: Request) -> Response:
    asked = serializers.OrderListParameters(data=request.query_params)
    asked.is_valid(raise_exception=True)
    role, limit = asked.validated_data["role"], asked.validated_data["limit"]
    before = cursors.read(asked.validated_data.get("before", ""))
    if before is None and asked.validated_data.get("before"):
        raise InvalidInput("Not a cursor of this list.", fields={"before": "Send the `next` of the page before."})
    tab = asked.validated_data.get("tab", "")
    found = selectors.orders_of(_reader(request), role, tab=tab, before=before, limit=limit + 1)
    page = found[:limit]
    people = accounts.people([person for order in page for person in (order.buyer_id, order.seller_id)])
    following = cursors.name(page[-1].placed_at, page[-1].pk) if len(found) > limit else ""
    data = {"next": following, "results": [_row(order, role, people) for order in page]}
    return Response(serializers.OrderPageSerializer(data).data)


@extend_schema(operation_id="orders_detail", responses=serializers.OrderSerializer, summary="One of your orders")
@api_view(["GET", "HEAD"])
def order(request: Request, order_id: uuid.UUID) -> Response:
    found = selectors.order_for(order_id, _reader(request))
    page = OrderPage(found, _reader(request), clock.now())
    return Response(serializers.OrderSerializer(_detail(page)).data)


def _reader(request: Request) -> int:
    return int(request.user.pk or 0)


def _row(order: Order, role: str, people: dict[int, Person]) -> dict[str, Any]:
    summary = selectors.summary(order)
    fields = ("id", "code", "title", "state", "all_in", "seller_receives", "placed_at", "due_at", "is_late")
    return {
        **{name: getattr(summary, name) for name in fields},
        "url": order.get_absolute_url(),
        "role": role,
        "buyer": people[order.buyer_id],
        "seller": people[order.seller_id],
    }


def _detail(page: OrderPage) -> dict[str, Any]:
    order, terms = page.order, page.order.terms
    row = _row(order, page.role, page.people)
    clocks = [moment for kind, moment in page.timers.items() if kind not in selectors.BESIDE]
    if clocks and not order.rests and (order.state not in selectors.WORKING or order.is_paused):
        row["due_at"] = min(clocks)
    moments = ("paid_at", "delivered_at", "completed_at", "clears_at", "revisions_used", "is_paused")
    return {
        **row,
        **{name: getattr(order, name) for name in moments},
        "lines": terms.lines,
        "promised_minutes": terms.promised_minutes,
        "revisions": terms.revisions,
        "word": page.status.word,
        "sentence": page.status.sentence,
        "money": page.position,
        "brief": [_answer(page, question) for question in terms.questions],
        "deliveries": [_delivery(delivery, page.delivered[delivery.pk]) for delivery in page.deliveries],
        "proposals": page.proposals,
        "events": page.events,
    }


def _answer(page: OrderPage, question: Question) -> dict[str, Any]:
    given = [answer for answer in page.answers if answer.question_key == question.key]
    files = [file_view(answer.file) for answer in given if answer.file]
    return {**asdict(question), "text": given[0].text if given else "", "files": files}


def _delivery(delivery: Any, files: list[StoredFile]) -> dict[str, Any]:
    fields = ("number", "note", "links", "delivered_at")
    return {**{name: getattr(delivery, name) for name in fields}, "files": list(map(file_view, files))}
