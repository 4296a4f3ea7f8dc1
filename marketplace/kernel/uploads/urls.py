from django.urls import path

from marketplace.kernel.uploads import protocol

app_name = "uploads"
urlpatterns = [
    path("uploads/", protocol.collection, name="collection"),
    path("uploads/<uuid:upload_id>/", protocol.item, name="item"),
]
