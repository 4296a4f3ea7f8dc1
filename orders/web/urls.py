from django.urls import path

from orders.web import lists, moderation, views

app_name = "orders"
urlpatterns = [
    path("orders/", lists.orders_list, name="list"),
    path("orders/files/<uuid:file_id>/", views.file, name="file"),
    path("orders/<uuid:order_id>/", views.detail, name="detail"),
    path("orders/<uuid:order_id>/pay/", views.pay, name="pay"),
    path("orders/<uuid:order_id>/message/", views.message, name="message"),
    path("orders/<uuid:order_id>/trouble/", views.trouble, name="trouble"),
    path("orders/<uuid:order_id>/<slug:action>/", views.act, name="act"),
    path("moderation/", moderation.queue, name="moderation"),
    path("moderation/<uuid:order_id>/", moderation.case, name="dispute"),
    path("moderation/<uuid:order_id>/preview/", moderation.preview, name="split_preview"),
    path("moderation/<uuid:order_id>/confirm/", moderation.confirm, name="confirm_decision"),
]
