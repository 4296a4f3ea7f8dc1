"""The site's addresses with those of the demo."""

from django.urls import include, path

from marketplace.urls import handler500 as handler500
from marketplace.urls import urlpatterns as of_the_site

urlpatterns = [*of_the_site, path("demo/", include("marketplace.demo.urls"))]
