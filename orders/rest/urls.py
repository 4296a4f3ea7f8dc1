from django.urls import path

from orders.rest import views

urlpatterns = [
    path("orders/", views.orders, name="api-orders"),
    path("orders/<uuid:order_id>/", views.order, name="api-order"),
]
