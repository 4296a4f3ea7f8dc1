from django.urls import path

from inbox.web import conversation, keeping_away, reading, staff, views, writing

app_name = "inbox"

urlpatterns = [
    path("messages/", reading.conversations, name="list"),
    path("messages/<uuid:conversation_id>/", conversation.conversation, name="conversation"),
    path("messages/<uuid:conversation_id>/new/", conversation.news, name="news"),
    path("messages/<uuid:conversation_id>/archive/", reading.archive, name="archive"),
    path("messages/<uuid:conversation_id>/report/", keeping_away.report, name="report"),
    path("messages/to/<slug:handle>/", writing.write, name="write"),
    path("messages/files/<uuid:file_id>/", views.file, name="file"),
    path("messages/block/<slug:handle>/", keeping_away.block, name="block"),
    path("messages/link/<str:token>/", keeping_away.leave, name="leave"),
    path("messages/unread/", reading.unread, name="unread"),
    path("moderation/reports/", staff.queue, name="reports"),
    path("moderation/reports/<int:report_id>/", staff.report, name="staff_report"),
    path("settings/messages/", keeping_away.own, name="own"),
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/<int:notice_id>/", views.open_notice, name="open_notice"),
    path("settings/mail/", views.mail_settings, name="mail_settings"),
    path("mail/off/<str:token>/", views.stop_mail, name="unsubscribe"),
]
