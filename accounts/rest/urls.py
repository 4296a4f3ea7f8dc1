from django.urls import path

from accounts.rest import views

urlpatterns = [path("me/", views.me, name="api-me")]
