"""The API's addresses: every app's routes under one version, and the schema that describes them."""

from django.urls import include, path
from django.utils.functional import lazy
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from marketplace.rest.schema import title

urlpatterns = [
    path("", include("accounts.rest.urls")),
    path("", include("gigs.rest.urls")),
    path("", include("orders.rest.urls")),
    path(
        "schema.json",
        SpectacularJSONAPIView.as_view(permission_classes=[], authentication_classes=[]),
        name="api-schema",
    ),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(
            url_name="api-schema", permission_classes=[], authentication_classes=[], title=lazy(title, str)()
        ),
        name="api-docs",
    ),
]
