"""The catalogue for programs: the same selectors as the pages, readable by anybody."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from gigs.filters import FilterForm
from gigs.rest import serializers
from gigs.selectors import catalogue
from gigs.selectors.categories import flat
from gigs.selectors.page import page_of, visible_gig
from marketplace.kernel import clock, currencies
from marketplace.kernel.errors import InvalidInput


@extend_schema(
    operation_id="gigs_list",
    parameters=[serializers.CatalogueParameters],
    responses=serializers.GigListSerializer,
    summary="Find gigs",
)
@api_view(["GET", "HEAD"])
@permission_classes([AllowAny])
def gigs(request: Request) -> Response:
    form = FilterForm(request.query_params)
    category = request.query_params.get("category", "")
    query = form.query(category, request.query_params.get("after", ""))
    fields = {name: str(errors[0]) for name, errors in form.errors.items()}
    if query.category != category:
        fields["category"] = _("There is no such category.")
    if query.currency != request.query_params.get("currency", ""):
        fields["currency"] = _("Choose one of the site's currencies.")
    if fields:
        raise InvalidInput(next(iter(fields.values())), fields=fields)
    found = catalogue.search(query, clock.now())
    page = {"count": found.count, "loosened": found.loosened, "next": found.next_cursor, "results": found.matches}
    return Response(serializers.GigListSerializer(page).data)


@extend_schema(operation_id="gigs_detail", responses=serializers.GigSerializer, summary="One gig with its packages")
@api_view(["GET", "HEAD"])
@permission_classes([AllowAny])
def gig(request: Request, pk: int) -> Response:
    return Response(serializers.GigSerializer(page_of(visible_gig(pk, None), clock.now())).data)


@extend_schema(
    operation_id="categories_list",
    parameters=[serializers.CategoryParameters],
    responses=serializers.CategorySerializer(many=True),
    summary="All categories",
)
@api_view(["GET", "HEAD"])
@permission_classes([AllowAny])
def categories(request: Request) -> Response:
    cards = list(flat(currencies.chosen(request.query_params.get("currency", ""))))
    return Response(serializers.CategorySerializer(cards, many=True).data)
