from django.urls import path

from gigs.gallery import web as gallery
from gigs.waiting import web as waiting
from gigs.web import ask, browse, checkout, editor, mine, new_gig, offers, overview, page

app_name = "gigs"

urlpatterns = [
    path("categories/", browse.categories, name="categories"),
    path("categories/<slug:slug>/", browse.category, name="category"),
    path("search/", browse.search, name="search"),
    path("search/suggest/", browse.suggest, name="suggest"),
    path("search/ask/", ask.ask_several, name="ask_several"),
    path("gigs/<int:pk>-<slug:slug>/", page.detail, name="detail"),
    path("gigs/<int:pk>/why/", browse.why, name="why"),
    path("gigs/<int:pk>/quote/", page.quote, name="quote"),
    path("gigs/<int:pk>/ask/", ask.ask, name="ask"),
    path("gigs/<int:pk>/order/", checkout.order, name="order"),
    path("gigs/<int:pk>/room/", waiting.room, name="room"),
    path("offers/new/<uuid:conversation_id>/", offers.new, name="offer_new"),
    path("offers/<uuid:offer_id>/counter/", offers.counter, name="offer_counter"),
    path("offers/<uuid:offer_id>/decline/", offers.decline, name="offer_decline"),
    path("offers/<uuid:offer_id>/withdraw/", offers.withdraw, name="offer_withdraw"),
    path("offers/<uuid:offer_id>/agree/", offers.agree, name="offer_agree"),
    path("offers/<uuid:offer_id>/order/", offers.order, name="offer_order"),
    path("sell/gigs/", mine.mine, name="mine"),
    path("sell/gigs/new/", new_gig.new, name="new"),
    path("sell/gigs/price/", editor.price, name="price"),
    path("sell/gigs/<int:pk>/", overview.overview, name="edit"),
    path("sell/gigs/<int:pk>/edit/<slug:slug>/", editor.step, name="edit_step"),
    path("sell/gigs/<int:pk>/preview/", overview.preview, name="preview"),
    path("sell/gigs/<int:pk>/preview/look/", overview.look, name="look"),
    path("sell/gigs/<int:pk>/gallery/", gallery.edit, name="gallery"),
    path("sell/gigs/<int:pk>/gallery/progress/", gallery.progress, name="gallery_progress"),
    path("sell/gigs/<int:pk>/gallery/<int:item_id>/remove/", gallery.remove, name="gallery_remove"),
    path("sell/gigs/<int:pk>/<slug:action>/", mine.act, name="act"),
]
