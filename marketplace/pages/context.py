"""What every template may use. No query: people's counts are lazy properties of the user."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

THEMES = {"light": "artisan", "dark": "artisan-dark"}


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "site": {
            "name": settings.SITE_NAME,
            "tagline": settings.SITE_TAGLINE,
            "url": settings.SITE_URL,
            "demo": settings.DEMO,
            "operator": settings.OPERATOR_NAME,
            "operator_email": settings.OPERATOR_EMAIL,
        },
        "theme": THEMES.get(request.COOKIES.get("theme", ""), ""),
    }
