from django.urls import path

from payments.web.staff import brakes, chargebacks, deeds, desk, ledger, operations, reconciliation, webhooks

app_name = "money"

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("done/", desk.done, name="desk_done"),
    path("checks/", desk.checks, name="checks"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("find/", ledger.find, name="find"),
    path("of/<path:reference>/", ledger.reference, name="reference"),
    path("accounts/<int:pk>/", ledger.account, name="account"),
    path("people/<int:user_id>/", ledger.person, name="person"),
    path("operations/", operations.operations, name="operations"),
    path("operations/<uuid:pk>/", operations.operation, name="operation"),
    path("operations/<uuid:pk>/retry/", operations.retry, name="operation_retry"),
    path("operations/<uuid:pk>/look/", operations.look, name="operation_look"),
    path("stripe/<str:identifier>/", operations.stripe_object, name="stripe_object"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path("webhooks/<int:pk>/replay/", webhooks.replay, name="webhook_replay"),
    path("reconciliation/", reconciliation.page, name="reconciliation"),
    path("reconciliation/begin/", reconciliation.begin, name="begin_reconciliation"),
    path("reconciliation/<int:difference_id>/close/", reconciliation.close, name="close_difference"),
    path("brakes/", brakes.brakes, name="brakes"),
    path("brakes/<str:name>/pull/", brakes.pull, name="brake_pull"),
    path("brakes/<str:name>/lift/", brakes.lift, name="brake_lift"),
    path("deeds/", deeds.deeds, name="deeds"),
    path("deeds/new/<str:kind>/", deeds.new, name="deed_new"),
    path("deeds/<uuid:pk>/", deeds.deed, name="deed"),
    path("deeds/<uuid:pk>/confirm/", deeds.confirm, name="deed_confirm"),
    path("deeds/<uuid:pk>/decline/", deeds.decline, name="deed_decline"),
    path("chargebacks/<uuid:pk>/", chargebacks.chargeback, name="chargeback"),
    path("chargebacks/<uuid:pk>/send/", chargebacks.send_evidence, name="chargeback_send"),
    path("refunds/<uuid:pk>/again/", deeds.reissue, name="reissue"),
]
