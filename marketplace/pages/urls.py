from django.urls import path

from marketplace.pages import buying, checklist, desk, margins, sitemaps, views
from marketplace.pages.help import views as help_views
from marketplace.pages.legal import views as legal
from marketplace.pages.models import Kind

app_name = "pages"

urlpatterns = [
    path("", views.home, name="home"),
    path("desk/", desk.desk, name="desk"),
    path("desk/spending.csv", buying.spending_csv, name="spending_csv"),
    path("desk/checklist/", checklist.checklist, name="checklist"),
    path("desk/checklist/close/", checklist.close_checklist, name="close_checklist"),
    path("protection/", views.protection, name="protection"),
    path("fees/", views.fees, name="fees"),
    path("become-a-seller/", views.selling, name="selling"),
    path("money-and-law/", views.about_money, name="about_money"),
    path("help/", help_views.overview, name="help"),
    path("help/<slug:slug>/", help_views.article, name="help_article"),
    *(path(f"{kind}/", legal.text, {"kind": kind.value}, name=kind.value) for kind in Kind),
    path("legal/<slug:kind>/<slug:language>/<int:number>/", legal.version, name="legal_version"),
    path("money/margins/", margins.margins, name="margins"),
    path("theme/", views.set_theme, name="set_theme"),
    path("healthz", views.healthz, name="healthz"),
    path("media/<path:path>", views.public_file, name="public_file"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap_index"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap, name="sitemap"),
]
