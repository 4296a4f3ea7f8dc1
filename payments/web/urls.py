from django.urls import path

from payments.web import bookkeeping, claims, documents, earnings, payout_account, payouts, tax, webhooks
from payments.web.staff import payouts as staff_payouts
from payments.webhooks.envelope import Source

app_name = "payments"

urlpatterns = [
    path("refunds/", claims.owed, name="owed"),
    path("refunds/<uuid:refund_id>/card/", claims.try_card_again, name="try_card_again"),
    path("refunds/<uuid:refund_id>/bank/", claims.to_bank, name="to_bank"),
    path("stripe/webhooks/", webhooks.receive, {"source": Source.PLATFORM}, name="webhooks"),
    path("stripe/webhooks/connect/", webhooks.receive, {"source": Source.CONNECT}, name="connect_webhooks"),
    path("stripe/webhooks/v2/", webhooks.receive, {"source": Source.V2}, name="v2_webhooks"),
    path("receipts/", documents.receipts, name="receipts"),
    path("statements/", documents.statement_list, name="statements"),
    path("statements/invoices/", documents.invoices, name="invoices"),
    path("statements/<str:month>/<str:currency>.pdf", documents.statement, {"suffix": "pdf"}, name="statement_pdf"),
    path("statements/<str:month>/<str:currency>.csv", documents.statement, {"suffix": "csv"}, name="statement_csv"),
    path("documents/<uuid:document_id>.pdf", documents.document, name="document"),
    path("settings/tax/", tax.tax_details, name="tax_details"),
    path("books/documents/", bookkeeping.documents, name="staff_documents"),
    path("books/documents/<uuid:document_id>.pdf", bookkeeping.document, name="staff_document"),
    path("books/export/", bookkeeping.ledger_export, name="ledger_export"),
    path("earnings/", earnings.earnings, name="earnings"),
    path("earnings/payouts/", earnings.payout_list, name="payouts"),
    path("earnings/payouts/plan/", payouts.plan, name="plan"),
    path("earnings/payouts/now/", payouts.pay_out_now, name="pay_out_now"),
    path("earnings/payout-account/", payout_account.onboarding, name="onboarding"),
    path("earnings/payout-account/back/", payout_account.onboarding_return, name="onboarding_return"),
    path("earnings/payout-account/provider/", payout_account.provider, name="provider"),
    path("earnings/payout-account/new/", payout_account.replace, name="replace_account"),
    path("staff/payouts/", staff_payouts.payouts, name="staff_payouts"),
    path("staff/payouts/again/", staff_payouts.retry, name="retry_payout"),
]
