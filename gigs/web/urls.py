from django.urls import path

from gigs.bulk import web as bulk
from gigs.versions import web as versions
from gigs.web import ask, browse, checkout, duplicate, editor, mine, offers, page

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
    path("sell/gigs/<int:pk>/", editor.edit, name="edit"),
    # Copies and versions, many gigs at once
    path("sell/gigs/<int:pk>/duplicate/", duplicate.duplicate, name="duplicate"),
    path("sell/gigs/<int:pk>/versions/", versions.versions, name="versions"),
    path("sell/gigs/<int:pk>/versions/<int:number>/", versions.version, name="version"),
    path("sell/gigs/<int:pk>/versions/<int:number>/restore/", versions.restore, name="version_restore"),
    path("sell/gigs/export/", bulk.export, name="export"),
    path("sell/gigs/import/", bulk.start, name="import_start"),
    path("sell/gigs/import/template/", bulk.template, name="import_template"),
    path("sell/gigs/import/<uuid:import_id>/", bulk.detail, name="import"),
    path("sell/gigs/import/<uuid:import_id>/confirm/", bulk.confirm, name="import_confirm"),
    path("sell/gigs/import/<uuid:import_id>/cancel/", bulk.cancel, name="import_cancel"),
    path("sell/gigs/import/<uuid:import_id>/report/", bulk.report, name="import_report"),
    path("sell/gigs/<int:pk>/<slug:action>/", mine.act, name="act"),
]
