from django.urls import path

from gigs.rest import views

urlpatterns = [
    path("gigs/", views.gigs, name="api-gigs"),
    path("gigs/<int:pk>/", views.gig, name="api-gig"),
    path("categories/", views.categories, name="api-categories"),
]
