from typing import Any

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

# Staff sign in where everybody does: with limits on tries, and a verified address.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler500 = "marketplace.pages.broken.server_error"

_TO_SETTINGS = RedirectView.as_view(pattern_name="accounts:settings_access")

urlpatterns: list[Any] = [
    path("", include("marketplace.pages.urls")),
    path("", include("marketplace.setup.web.urls")),
    path("", include("gigs.web.urls")),
    path("", include("orders.web.urls")),
    path("", include("payments.web.urls")),
    path("money/", include("payments.web.staff.urls")),
    path("", include("inbox.web.urls")),
    path("", include("marketplace.kernel.uploads.urls")),
    path("", include("accounts.web.urls")),
    # allauth's own overviews: the settings show all of it.
    path("accounts/2fa/", _TO_SETTINGS, name="mfa_index"),
    path("accounts/2fa/webauthn/", _TO_SETTINGS, name="mfa_list_webauthn"),
    path("accounts/sessions/", _TO_SETTINGS, name="usersessions_list"),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("marketplace.rest.urls")),
    path("admin/", admin.site.urls),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("marketplace.demo.urls")))
