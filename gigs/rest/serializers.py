"""What programs read of gigs. Amounts are integer minor units with a currency; prices are all-in."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from gigs.selectors import catalogue
from gigs.selectors.offers import READY_BY
from marketplace.kernel.serializers import MoneySerializer
from orders import api as orders

Plain = serializers.Serializer[Any]


class SellerSerializer(Plain):
    handle = serializers.CharField()
    name = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2, or empty.")


class CategorySerializer(Plain):
    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    url = serializers.CharField(help_text="Path of its page.")
    parent = serializers.CharField(  # type: ignore[assignment]  # a field's name
        help_text="Slug of the category above, or empty."
    )
    gig_count = serializers.IntegerField(help_text="With everything below, counted every few minutes.")
    from_price = MoneySerializer(allow_null=True, help_text="Lowest all-in price of the gigs in the asked currency.")


class GigCardSerializer(Plain):
    id = serializers.IntegerField()
    title = serializers.CharField()
    url = serializers.CharField(help_text="Path of its page.")
    category = serializers.CharField()
    seller = SellerSerializer()
    cover_url = serializers.CharField(help_text="Path of a WebP, 640 wide, or empty.")
    rating = serializers.DecimalField(max_digits=3, decimal_places=2, allow_null=True)
    review_count = serializers.IntegerField()
    price = MoneySerializer(help_text="All-in price of the package that answers the filters.")
    promised_minutes = serializers.IntegerField(source="minutes")
    ready_at = serializers.DateTimeField(
        allow_null=True,
        default_timezone=timezone.get_default_timezone(),
        help_text="If ordered now; for promises under a day.",
    )


class GigListSerializer(Plain):
    count = serializers.IntegerField(help_text="Matches, at most 1000.")
    loosened = serializers.BooleanField(help_text="True where nothing has all the words and these have some.")
    next = serializers.CharField(help_text="Cursor for the parameter `after`; empty on the last page.")
    results = GigCardSerializer(many=True)


class PackageSerializer(Plain):
    position = serializers.IntegerField()
    name = serializers.CharField()
    price = MoneySerializer(source="all_in", help_text="All-in.")
    promised_minutes = serializers.IntegerField(source="minutes")
    ready_at = serializers.DateTimeField(default_timezone=timezone.get_default_timezone(), help_text="If ordered now.")
    revisions = serializers.IntegerField()
    features = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()), help_text="[label, value]"
    )


class ExtraSerializer(Plain):
    position = serializers.IntegerField()
    title = serializers.CharField()
    extra_minutes = serializers.IntegerField(source="minutes", help_text="Negative: ready sooner.")


class FaqSerializer(Plain):
    question = serializers.CharField()
    answer = serializers.CharField()


class QuestionSerializer(Plain):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field's name, not the serializer's option
    kind = serializers.ChoiceField(choices=list(orders.QUESTION_KINDS))
    required = serializers.BooleanField()  # type: ignore[assignment]  # as above
    choices = serializers.ListField(child=serializers.CharField())
    help = serializers.CharField()
    minimum = serializers.CharField(help_text="Of a number, in plain digits, or empty.")
    maximum = serializers.CharField(help_text="Of a number, in plain digits, or empty.")
    unit = serializers.CharField(help_text="Of a number, or empty.")


class GigSerializer(Plain):
    """A gig's page as data."""

    id = serializers.IntegerField(source="gig.pk")
    version = serializers.IntegerField(source="gig.version", help_text="Grows when the terms change.")
    state = serializers.ChoiceField(source="gig.state", choices=["active", "paused"])
    currency = serializers.CharField(source="gig.currency", help_text="ISO 4217; it is ordered and paid in no other.")
    title = serializers.CharField(source="gig.title")
    description = serializers.CharField(source="gig.description_text", help_text="As plain text.")
    url = serializers.CharField(source="gig.get_absolute_url")
    category = serializers.CharField(source="gig.category.slug")
    tags = serializers.ListField(source="gig.tags", child=serializers.CharField())
    checklist = serializers.ListField(source="gig.checklist", child=serializers.CharField())
    rating = serializers.DecimalField(max_digits=3, decimal_places=2, allow_null=True)
    review_count = serializers.IntegerField(source="gig.review_count")
    seller = serializers.CharField(source="seller.name")
    packages = PackageSerializer(many=True)
    extras = ExtraSerializer(many=True)
    faq = FaqSerializer(many=True)
    questions = QuestionSerializer(source="gig.question_list", many=True)


class CategoryParameters(Plain):
    currency = serializers.CharField(required=False, allow_blank=True, help_text="ISO 4217, of `from_price`.")


class CatalogueParameters(Plain):
    """The address parameters of the list, as on the results page."""

    q = serializers.CharField(required=False, allow_blank=True, help_text='Words; "a phrase", -without, or.')
    category = serializers.CharField(required=False, allow_blank=True, help_text="A category's slug.")
    currency = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="ISO 4217: gigs priced in it alone. Where prices are compared, the site's first unless you choose.",
    )
    min = serializers.CharField(required=False, allow_blank=True, help_text="Lowest all-in price, such as 12.50.")
    max = serializers.CharField(required=False, allow_blank=True, help_text="Highest all-in price.")
    within = serializers.ChoiceField(
        required=False, choices=list(catalogue.WITHIN), help_text=f"{', '.join(READY_BY)}: in the site's zone."
    )
    sort = serializers.ChoiceField(required=False, choices=list(catalogue.SORTS))
    after = serializers.CharField(required=False, allow_blank=True, help_text="`next` of the page before.")
