from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.rest.serializers import MeSerializer


@extend_schema(operation_id="me", summary="The person whose token this is", responses=MeSerializer)
@api_view(["GET", "HEAD"])
def me(request: Request) -> Response:
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return Response(MeSerializer(request.user).data)
