from anymail import urls as anymail_urls
from django.conf import settings
from django.urls import path

from inbox.web import conversation, keeping_away, notice_settings, notices, reading, staff, views, writing

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
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read_all, name="read_all"),
    path("notices/<int:notice_id>/", notices.open_notice, name="open_notice"),
    path("settings/notices/", notice_settings.notice_settings, name="notice_settings"),
    path("settings/notices/mail-again/", notice_settings.mail_again, name="mail_again"),
    path("settings/notices/devices/", notice_settings.allow_device, name="allow_device"),
    path("settings/notices/devices/<int:device_id>/remove/", notice_settings.remove_device, name="remove_device"),
    path("sw.js", notice_settings.service_worker, name="service_worker"),
    path("mail/off/<str:token>/", notice_settings.stop_mail, name="unsubscribe"),
]
# The one webhook of the mail provider that is set up; without a password it would believe anybody.
if settings.EMAIL_PROVIDER and settings.EMAIL_WEBHOOK_SECRET:
    urlpatterns += [
        path("mail/events/", known.callback, name="mail_events")
        for known in anymail_urls.urlpatterns
        if known.name == f"{settings.EMAIL_PROVIDER}_tracking_webhook"
    ]
