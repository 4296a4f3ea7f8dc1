from django.urls import path

from marketplace.demo import views

app_name = "demo"

urlpatterns = [
    path("enter/<slug:role>/", views.enter, name="enter"),
    path("next-event/<uuid:order_id>/", views.next_event, name="next_event"),
    path("mail/", views.mail, name="mail"),
    path("mail/<str:name>/", views.letter, name="letter"),
    path("error/<int:status>/", views.error, name="error"),
]
