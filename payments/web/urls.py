from django.urls import path

from payments.web import claims, views, webhooks

app_name = "payments"

urlpatterns = [
    path("stripe/webhooks/", webhooks.receive, {"source": "platform"}, name="webhooks"),
    path("stripe/webhooks/connect/", webhooks.receive, {"source": "connect"}, name="connect_webhooks"),
    path("refunds/", claims.owed, name="owed"),
    path("refunds/<uuid:refund_id>/card/", claims.try_card_again, name="try_card_again"),
    path("refunds/<uuid:refund_id>/bank/", claims.to_bank, name="to_bank"),
    path("earnings/", views.earnings, name="earnings"),
    path("earnings/payout-account/", views.onboarding, name="onboarding"),
    path("earnings/payout-account/back/", views.onboarding_return, name="onboarding_return"),
]
