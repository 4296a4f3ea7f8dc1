from django.urls import path

from payments.web import views, webhooks

app_name = "payments"

urlpatterns = [
    path("stripe/webhooks/", webhooks.receive, {"source": "platform"}, name="webhooks"),
    path("stripe/webhooks/connect/", webhooks.receive, {"source": "connect"}, name="connect_webhooks"),
    path("earnings/", views.earnings, name="earnings"),
    path("earnings/payout-account/", views.onboarding, name="onboarding"),
    path("earnings/payout-account/back/", views.onboarding_return, name="onboarding_return"),
]
