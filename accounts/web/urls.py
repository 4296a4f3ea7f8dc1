from django.urls import path

from accounts.web import languages, leaving, settings_views, suspended, suspensions, views

app_name = "accounts"

urlpatterns = [
    path("sell/", views.become_seller, name="become_seller"),
    path("sell/payouts/", views.payout_answer, name="payout_answer"),
    path("hat/", views.switch_hat, name="switch_hat"),
    path("language/", languages.set_language, name="set_language"),
    path("settings/", settings_views.profile, name="settings"),
    path("settings/time/", settings_views.time, name="settings_time"),
    path("settings/sign-in/", settings_views.access, name="settings_access"),
    path("settings/sign-in/sessions/<int:session_id>/end/", settings_views.end_session, name="end_session"),
    path("settings/sign-in/sessions/end-others/", settings_views.end_other_sessions, name="end_other_sessions"),
    path("settings/tokens/", settings_views.api_tokens, name="settings_tokens"),
    path("settings/tokens/<int:token_id>/revoke/", settings_views.revoke_token, name="revoke_token"),
    path("settings/your-data/", leaving.leaving, name="leaving"),
    path("settings/your-data/copy/", leaving.ask_copy, name="ask_copy"),
    path("settings/your-data/copy/<int:export_id>/", leaving.copy, name="copy"),
    path("settings/your-data/close/", leaving.close, name="close"),
    path("suspended/", suspended.suspended, name="suspended"),
    path("moderation/people/", suspensions.overview, name="suspensions"),
    path("moderation/people/<int:user_id>/", suspensions.person, name="suspension"),
    path("moderation/people/<int:user_id>/lift/", suspensions.lift, name="lift_suspension"),
    path(
        "moderation/people/<int:user_id>/answer/<int:suspension_id>/",
        suspensions.answer,
        name="answer_suspension_appeal",
    ),
    path("@<slug:handle>/", views.profile, name="profile"),
]
