"""Programs show a person's token: ``Authorization: Bearer art_…``."""

from __future__ import annotations

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import User
from accounts.services.tokens import user_of_token
from marketplace.kernel import clock


class TokenAuthentication(BaseAuthentication):
    """Finds who calls. Without the header nobody does; with a wrong one the call is refused (401)."""

    keyword = b"bearer"

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != self.keyword:
            return None
        user = user_of_token(words[1].decode("latin-1"), clock.now()) if len(words) == 2 else None
        if user is None:
            raise AuthenticationFailed(_("This token is unknown or was revoked."))
        return user, None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
