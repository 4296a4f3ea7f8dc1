from django.urls import path

from inbox.web import views, writing

app_name = "inbox"

urlpatterns = [
    path("messages/", views.conversations, name="list"),
    path("messages/<uuid:conversation_id>/", views.conversation, name="conversation"),
    path("messages/to/<slug:handle>/", writing.write, name="write"),
    path("messages/files/<uuid:file_id>/", views.file, name="file"),
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/<int:notice_id>/", views.open_notice, name="open_notice"),
    path("settings/mail/", views.mail_settings, name="mail_settings"),
    path("mail/off/<str:token>/", views.stop_mail, name="unsubscribe"),
]
