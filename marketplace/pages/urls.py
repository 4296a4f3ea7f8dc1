from django.urls import path

from marketplace.pages import checklist, desk, margins, views

app_name = "pages"

urlpatterns = [
    path("", views.home, name="home"),
    path("desk/", desk.desk, name="desk"),
    path("desk/checklist/", checklist.checklist, name="checklist"),
    path("desk/checklist/close/", checklist.close_checklist, name="close_checklist"),
    path("protection/", views.protection, name="protection"),
    path("fees/", views.fees, name="fees"),
    path("money-and-law/", views.about_money, name="about_money"),
    path("money/margins/", margins.margins, name="margins"),
    path("theme/", views.set_theme, name="set_theme"),
    path("healthz", views.healthz, name="healthz"),
    path("media/<path:path>", views.public_file, name="public_file"),
    path("robots.txt", views.robots, name="robots"),
]
