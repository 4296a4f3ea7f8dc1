"""The language switch in the footer: for visitors a cookie, for members what their pages and letters go by as well."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views import i18n
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.services import profiles
from marketplace.kernel import languages


@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Keeps ``language`` and leads back to ``next``; what the site does not speak changes nothing."""
    code = request.POST.get("language", "")
    if isinstance(request.user, User) and languages.is_shipped(code):
        profiles.save_language(user_id=request.user.pk, code=code)
    return i18n.set_language(request)
