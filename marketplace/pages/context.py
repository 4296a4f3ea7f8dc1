"""What every template may use. No query: people's counts are lazy properties of the user."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from marketplace.kernel import identity

THEMES = {"light": "artisan", "dark": "artisan-dark"}


def site(request: HttpRequest) -> dict[str, Any]:
    own = identity.current()
    return {
        "site": {
            "name": own.name,
            "tagline": own.tagline,
            "logo_url": own.logo_url,
            "icon_url": own.icon_url,
            "touch_icon_url": own.touch_icon_url,
            "stylesheet_url": own.stylesheet_url,
            "url": settings.SITE_URL,
            "demo": settings.DEMO,
            "operator": settings.OPERATOR_NAME,
            "operator_email": settings.OPERATOR_EMAIL,
        },
        "theme": THEMES.get(request.COOKIES.get("theme", ""), ""),
    }
