from django.urls import path

from gigs.reviewing.web import owner, report, staff
from gigs.web import ask, browse, checkout, editor, mine, offers, page

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
    path("offers/new/<uuid:conversation_id>/", offers.new, name="offer_new"),
    path("offers/<uuid:offer_id>/counter/", offers.counter, name="offer_counter"),
    path("offers/<uuid:offer_id>/decline/", offers.decline, name="offer_decline"),
    path("offers/<uuid:offer_id>/withdraw/", offers.withdraw, name="offer_withdraw"),
    path("offers/<uuid:offer_id>/agree/", offers.agree, name="offer_agree"),
    path("offers/<uuid:offer_id>/order/", offers.order, name="offer_order"),
    path("sell/gigs/", mine.mine, name="mine"),
    path("sell/gigs/new/", editor.new, name="new"),
    path("sell/gigs/price/", editor.price, name="price"),
    # Review by staff
    path("gigs/<int:pk>/report/", report.report, name="report"),
    path("sell/gigs/<int:pk>/check/", owner.check, name="check"),
    path("sell/gigs/<int:pk>/standing/", owner.standing, name="standing"),
    path("sell/gigs/<int:pk>/standing/withdraw/", owner.withdraw, name="withdraw"),
    path("staff/gigs/", staff.queue, name="staff"),
    path("staff/gigs/next/<slug:which>/", staff.next_, name="staff_next"),
    path("staff/gigs/<int:round_id>/", staff.round_, name="staff_round"),
    path("staff/gigs/<int:round_id>/<slug:do>/", staff.claim_round, name="staff_claim_round"),
    path("staff/gigs/look/<int:pk>/", staff.look, name="staff_look"),
    path("staff/gigs/again/<int:concern_id>/", staff.concern, name="staff_concern"),
    path("staff/gigs/again/<int:concern_id>/<slug:do>/", staff.claim_concern, name="staff_claim_concern"),
    path("sell/gigs/<int:pk>/", editor.edit, name="edit"),
    path("sell/gigs/<int:pk>/<slug:action>/", mine.act, name="act"),
]
