from django.urls import path, re_path

from marketplace.setup.web import look_views, views

app_name = "setup"

urlpatterns = [
    path("setup/", views.overview, name="overview"),
    path("setup/look/", look_views.choose, name="look"),
    path("setup/look/preview.css", look_views.preview_css, name="preview"),
    path("setup/do/<slug:do>/", views.act, name="act"),
    path("setup/start/<str:word>/", views.start, name="start"),
    re_path(r"^look-(?P<mark>[0-9a-f]{12})\.css$", look_views.css, name="stylesheet"),
]
