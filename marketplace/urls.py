from typing import Any

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns: list[Any] = [
    path("", include("marketplace.pages.urls")),
    path("", include("gigs.web.urls")),
    path("", include("orders.web.urls")),
    path("", include("payments.web.urls")),
    path("", include("inbox.web.urls")),
    path("", include("accounts.web.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("api/v1/", include("marketplace.rest.urls")),
    path("admin/", admin.site.urls),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("marketplace.demo.urls")))
