"""What programs read of their own orders. Amounts are integer minor units with a currency; times are ISO 8601."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from marketplace.kernel.serializers import MoneySerializer
from orders.questions import KINDS
from orders.states import State

Plain = serializers.Serializer[Any]
STATES = [state.value for state in State]


def _moment(**options: Any) -> serializers.DateTimeField:
    return serializers.DateTimeField(default_timezone=timezone.get_default_timezone(), **options)


class OrderPartySerializer(Plain):
    handle = serializers.CharField()
    name = serializers.CharField()


class OrderRowSerializer(Plain):
    """An order in a list."""

    id = serializers.UUIDField()
    code = serializers.CharField(help_text="Short code for people.")
    title = serializers.CharField()
    url = serializers.CharField(help_text="Path of its page.")
    role = serializers.ChoiceField(choices=["buyer", "seller"], help_text="Your side.")
    state = serializers.ChoiceField(choices=STATES)
    buyer = OrderPartySerializer()
    seller = OrderPartySerializer()
    all_in = MoneySerializer(help_text="What the buyer pays.")
    seller_receives = MoneySerializer(help_text="What the seller gets of it, as far as it did not go back.")
    placed_at = _moment()
    due_at = _moment(allow_null=True, help_text="When the clock that runs now ends.")
    is_late = serializers.BooleanField()


class OrderPageSerializer(Plain):
    next = serializers.CharField(help_text="Cursor for the parameter `before`; empty on the last page.")
    results = OrderRowSerializer(many=True)


class OrderLineSerializer(Plain):
    title = serializers.CharField()
    quantity = serializers.IntegerField()
    unit_minor = serializers.IntegerField()


class OrderMoneySerializer(Plain):
    captured = MoneySerializer()
    held = MoneySerializer()
    clearing = MoneySerializer()
    available = MoneySerializer()
    sending = MoneySerializer()
    transferred = MoneySerializer()
    refunding = MoneySerializer()
    refunded = MoneySerializer()


class OrderFileSerializer(Plain):
    name = serializers.CharField()
    size_bytes = serializers.IntegerField()
    url = serializers.CharField(help_text="Path; asks for a session, not for a token.")


class OrderDeliverySerializer(Plain):
    number = serializers.IntegerField()
    note = serializers.CharField()
    links = serializers.ListField(child=serializers.CharField())
    files = OrderFileSerializer(many=True)
    delivered_at = _moment()


class OrderAnswerSerializer(Plain):
    """A question of the terms, and the buyer's answer to it."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field's name, not the serializer's option
    kind = serializers.ChoiceField(choices=list(KINDS))
    required = serializers.BooleanField()  # type: ignore[assignment]  # as above
    choices = serializers.ListField(child=serializers.CharField())
    help = serializers.CharField()
    minimum = serializers.CharField(help_text="Of a number, in plain digits, or empty.")
    maximum = serializers.CharField(help_text="Of a number, in plain digits, or empty.")
    unit = serializers.CharField(help_text="Of a number, or empty.")
    text = serializers.CharField(help_text="As it is stored: ISO 8601 dates, several choices one per line.")
    files = OrderFileSerializer(many=True)


class OrderEventSerializer(Plain):
    number = serializers.IntegerField(source="version")
    action = serializers.CharField()
    actor = serializers.ChoiceField(choices=["buyer", "seller", "staff", "system", "payment"])
    state = serializers.ChoiceField(choices=STATES)
    at = _moment()


class OrderProposalSerializer(Plain):
    """What one side proposed to the other."""

    kind = serializers.ChoiceField(choices=["extension", "extra", "cancel", "refund"])
    by = serializers.ChoiceField(choices=["buyer", "seller"], source="by_role")
    state = serializers.ChoiceField(choices=["open", "accepted", "declined", "taken_back", "expired", "closed"])
    title = serializers.CharField(help_text="Of an extra.")
    text = serializers.CharField()
    amount = MoneySerializer(
        allow_null=True, help_text="An extra's price before fees; a refund: of the price, back to the buyer."
    )
    minutes = serializers.IntegerField(help_text="More time.")
    opened_at = _moment()
    answer_by = _moment()


class OrderSerializer(OrderRowSerializer):
    """One order with its terms, money, deliveries and history."""

    lines = OrderLineSerializer(many=True)
    promised_minutes = serializers.IntegerField()
    revisions = serializers.IntegerField()
    revisions_used = serializers.IntegerField()
    is_paused = serializers.BooleanField(help_text="The clock stands still until the buyer has answered.")
    paid_at = _moment(allow_null=True)
    delivered_at = _moment(allow_null=True)
    completed_at = _moment(allow_null=True)
    clears_at = _moment(allow_null=True)
    word = serializers.CharField(help_text="What the page says, in one of five words.")
    sentence = serializers.CharField(help_text="Whose turn it is, and until when.")
    money = OrderMoneySerializer()
    brief = OrderAnswerSerializer(many=True)
    deliveries = OrderDeliverySerializer(many=True)
    proposals = OrderProposalSerializer(many=True)
    events = OrderEventSerializer(many=True)


class OrderListParameters(Plain):
    role = serializers.ChoiceField(required=False, choices=["buyer", "seller"], default="buyer")
    tab = serializers.ChoiceField(required=False, choices=["open", "done", "stopped"], help_text="All without it.")
    before = serializers.CharField(required=False, help_text="`next` of the page before.")
    limit = serializers.IntegerField(required=False, default=30, min_value=1, max_value=100)
