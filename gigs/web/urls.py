from django.urls import path

from gigs.bulk import web as bulk
from gigs.certificates import web as certificates
from gigs.favourites import web as favourites
from gigs.favourites import web_lists
from gigs.gallery import web as gallery
from gigs.guidance import web as guidance
from gigs.insights import web as insights
from gigs.insights.demand_web import in_demand_page
from gigs.insights.estimate_web import estimate_page
from gigs.portfolio import web as portfolio
from gigs.portfolio import web_consent as consent
from gigs.reviewing.web import owner, report, staff
from gigs.saved_searches import web as searches
from gigs.sharing import web as sharing
from gigs.similar.web import similar
from gigs.storefront import web as storefront
from gigs.versions import web as versions
from gigs.viewed.web import viewed
from gigs.waiting import web as waiting
from gigs.web import (
    absence,
    ask,
    browse,
    checkout,
    duplicate,
    editor,
    first_gig,
    mine,
    new_gig,
    offers,
    overview,
    page,
    place,
)

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
    path("sell/gigs/away/", absence.away, name="away"),
    path("sell/first/", first_gig.first, name="first"),
    path("sell/gigs/new/", new_gig.new, name="new"),
    path("sell/gigs/price/", editor.price, name="price"),
    path("sell/gigs/<int:pk>/", overview.overview, name="edit"),
    path("sell/gigs/<int:pk>/edit/<slug:slug>/", editor.step, name="edit_step"),
    path("sell/gigs/<int:pk>/preview/", overview.preview, name="preview"),
    path("sell/gigs/<int:pk>/preview/look/", overview.look, name="look"),
    path("sell/gigs/<int:pk>/gallery/", gallery.edit, name="gallery"),
    path("sell/gigs/<int:pk>/gallery/progress/", gallery.progress, name="gallery_progress"),
    path("sell/gigs/<int:pk>/gallery/<int:item_id>/remove/", gallery.remove, name="gallery_remove"),
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
    # Figures: before the acts, whose address takes any word.
    path("sell/gigs/guidance/", guidance.guidance, name="guidance"),
    path("sell/gigs/floor/", guidance.floor, name="floor"),
    path("sell/gigs/<int:pk>/hint/", guidance.dismiss_hint, name="dismiss_hint"),
    path("sell/gigs/<int:pk>/statistics/", insights.of_gig, name="statistics"),
    path("sell/gigs/<int:pk>/statistics.csv", insights.gig_as_csv, name="statistics_csv"),
    path("sell/demand/", in_demand_page, name="in_demand"),
    path("sell/estimate/", estimate_page, name="estimate"),
    path("sell/insights/", insights.insights, name="insights"),
    path("sell/insights.csv", insights.as_csv, name="insights_csv"),
    path("sell/gigs/<int:pk>/place/", place.place, name="place"),
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
    # What people keep.
    path("saved/", web_lists.saved, name="saved"),
    path("saved/ids/", favourites.ids, name="saved_ids"),
    path("saved/gigs/<int:pk>/", favourites.gig, name="save_gig"),
    path("saved/sellers/<int:pk>/", favourites.seller, name="save_seller"),
    path("saved/new/", web_lists.new, name="saved_new"),
    path("saved/<int:list_id>/", web_lists.one, name="saved_list"),
    path("saved/<int:list_id>/edit/", web_lists.edit, name="saved_edit"),
    path("saved/<int:list_id>/act/", web_lists.act, name="saved_act"),
    path("saved/searches/", searches.searches, name="saved_searches"),
    path("saved/searches/new/", searches.new, name="saved_search_new"),
    path("saved/searches/<int:search_id>/", searches.edit, name="saved_search_edit"),
    path("saved/searches/<int:search_id>/open/", searches.open_results, name="saved_search_open"),
    path("saved/searches/<int:search_id>/delete/", searches.delete, name="saved_search_delete"),
    path("viewed/", viewed, name="viewed"),
    path("gigs/<int:pk>/similar/", similar, name="similar"),
    # Portfolio
    path("sell/portfolio/", portfolio.portfolio, name="portfolio"),
    path("sell/portfolio/new/", portfolio.new, name="piece_new"),
    path("sell/portfolio/new/<uuid:order_id>/", portfolio.new, name="piece_of_order"),
    path("sell/portfolio/<int:pk>/", portfolio.edit, name="piece_edit"),
    path("sell/portfolio/<int:pk>/remove/", portfolio.remove, name="piece_remove"),
    path("sell/portfolio/<int:pk>/ask/", portfolio.ask, name="piece_ask"),
    path("settings/shown-work/", consent.asked, name="asked"),
    path("settings/shown-work/<int:pk>/", consent.answer, name="consent"),
    path("@<slug:handle>/report/", storefront.report, name="report_seller"),
    path("@<slug:handle>/portfolio/", portfolio.works, name="works"),
    path("@<slug:handle>/portfolio/<int:pk>/", portfolio.piece, name="piece"),
    path("sell/certificates/", certificates.certificates, name="certificates"),
    path("sell/certificates/<int:pk>/remove/", certificates.remove, name="certificate_remove"),
    # Sharing
    path("gigs/<int:pk>/share/", sharing.gig, name="share"),
    path("gigs/<int:pk>/share/qr.<slug:ending>", sharing.gig_qr, name="share_qr"),
    path("@<slug:handle>/share/", sharing.seller, name="share_seller"),
    path("@<slug:handle>/share/qr.<slug:ending>", sharing.seller_qr, name="share_seller_qr"),
    path("lists/<slug:key>/", web_lists.shared, name="saved_shared"),
]
