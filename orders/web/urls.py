from django.urls import path

from orders.buying import web as buying
from orders.clients import web as clients
from orders.web import answers, calendar, deliveries, lists, moderation, reviews, views

app_name = "orders"
urlpatterns = [
    path("orders/", lists.orders_list, name="list"),
    path("orders/files/<uuid:file_id>/", views.file, name="file"),
    path("orders/files/<uuid:file_id>/preview/", deliveries.preview, name="preview"),
    path("orders/files/<uuid:file_id>/preview/<int:number>/", deliveries.picture, name="picture"),
    path("orders/<uuid:order_id>/", views.detail, name="detail"),
    path("orders/<uuid:order_id>/deliveries/", deliveries.deliveries, name="deliveries"),
    path("orders/<uuid:order_id>/pay/", views.pay, name="pay"),
    path("orders/<uuid:order_id>/message/", views.message, name="message"),
    path("orders/<uuid:order_id>/trouble/", views.trouble, name="trouble"),
    path("orders/<uuid:order_id>/answers/<slug:key>/", answers.change, name="change_answer"),
    path("orders/<uuid:order_id>/answers/<int:change_id>/<slug:verdict>/", answers.settle, name="settle_answer"),
    path("orders/<uuid:order_id>/<slug:action>/", views.act, name="act"),
    path("settings/calendar/", calendar.settings_page, name="calendar"),
    path("settings/calendar/renew/", calendar.renew, name="renew_calendar"),
    path("calendar/<str:token>.ics", calendar.feed, name="calendar_feed"),
    path("reputation/", reviews.reputation, name="reputation"),
    path("clients/", clients.clients, name="clients"),
    path("clients/<int:client_id>/", clients.client, name="client"),
    path("clients/<int:client_id>/write/", clients.write, name="client_write"),
    path("reviews/to-write/", buying.to_review, name="to_review"),
    path("reviews/<int:review_id>/reply/", reviews.reply, name="reply"),
    path("reviews/<int:review_id>/remove/", reviews.remove, name="remove_review"),
    path("@<slug:handle>/reviews/", reviews.of_seller, name="reviews"),
    path("moderation/", moderation.queue, name="moderation"),
    path("moderation/next/", moderation.next_case, name="next_case"),
    path("moderation/<uuid:order_id>/", moderation.case, name="dispute"),
    path("moderation/<uuid:order_id>/claim/", moderation.claim, name="claim_case"),
    path("moderation/<uuid:order_id>/release/", moderation.release, name="release_case"),
    path("moderation/<uuid:order_id>/note/", moderation.note, name="note_case"),
    path("moderation/<uuid:order_id>/ask/", moderation.ask, name="ask_question"),
    path("disputes/guide/", moderation.guide, name="guide"),
    path("moderation/<uuid:order_id>/preview/", moderation.preview, name="split_preview"),
    path("moderation/<uuid:order_id>/confirm/", moderation.confirm, name="confirm_decision"),
]
