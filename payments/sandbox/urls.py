"""Addresses of the sandbox process."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from payments.sandbox import api as _api  # noqa: F401  (registers the routes)
from payments.sandbox import control, gateway, runtime
from payments.sandbox.pages import assets, checkout, dashboard, onboarding


def healthy(_request: HttpRequest) -> JsonResponse:
    with runtime.store().transaction() as tx:
        tx.setting("webhook_mode")
    return JsonResponse({"status": "ok"})


urlpatterns = [
    path("", dashboard.home),
    path("healthz", healthy),
    path("static/<str:name>", assets.asset, name="asset"),
    path("c/pay/<str:session_id>", checkout.page, name="pay"),
    path("receipts/<str:charge_id>", checkout.receipt),
    path("setup/<str:link_id>", onboarding.page, name="setup"),
    path("express/<str:account_id>", onboarding.express, name="express"),
    path("dashboard", dashboard.home, name="home"),
    path("dashboard/search", dashboard.search, name="search"),
    path("dashboard/do", dashboard.act, name="act"),
    path("dashboard/<str:name>", dashboard.table, name="table"),
    path("dashboard/object/<str:identifier>", dashboard.detail, name="detail"),
    path("_sandbox/<path:name>", csrf_exempt(control.control)),
    path("v1/files/<str:file_id>/contents", assets.upload, name="upload"),
    re_path(r"^v[12]/", csrf_exempt(gateway.api)),
]
