from django.urls import path

from accounts.rest import schema, views

__all__ = ["schema", "urlpatterns"]  # importing the schema's extension registers it

urlpatterns = [path("me/", views.me, name="api-me")]
