"""How people sign up and sign in: by address and password, by passkey, with a second factor, by Google or GitHub."""

from __future__ import annotations

import environ

env = environ.Env()

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "display_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "pages:desk"
LOGIN_URL = "account_login"

ACCOUNT_ADAPTER = "accounts.web.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.web.forms.SignupForm"
ACCOUNT_FORMS = {
    "login": "accounts.web.allauth_forms.LoginForm",
    "signup": "accounts.web.allauth_forms.SignupForm",
    "reset_password": "accounts.web.allauth_forms.ResetPasswordForm",
    "add_email": "accounts.web.allauth_forms.AddEmailForm",
    "change_password": "accounts.web.allauth_forms.ChangePasswordForm",
    "set_password": "accounts.web.allauth_forms.SetPasswordForm",
    "reset_password_from_key": "accounts.web.allauth_forms.ResetPasswordKeyForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False

MFA_ADAPTER = "accounts.web.second_factor.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
# A site without TLS is one for trying things out: browsers allow passkeys there on localhost alone.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = env.str("SITE_URL", default="http://").startswith("http://")
MFA_TOTP_TOLERANCE = 1  # somebody's clock may be half a minute off
MFA_FORMS = {
    "authenticate": "accounts.web.second_factor_forms.AuthenticateForm",
    "reauthenticate": "accounts.web.second_factor_forms.ReauthenticateForm",
    "activate_totp": "accounts.web.second_factor_forms.ActivateTOTPForm",
    "add_webauthn": "accounts.web.second_factor_forms.AddWebAuthnForm",
    "signup_webauthn": "accounts.web.second_factor_forms.SignupWebAuthnForm",
    "edit_webauthn": "accounts.web.second_factor_forms.EditWebAuthnForm",
}
# A session's row is written when somebody signs in, not at every page.
USERSESSIONS_TRACK_ACTIVITY = False

SOCIALACCOUNT_ADAPTER = "accounts.web.social.SocialAccountAdapter"
SOCIALACCOUNT_FORMS = {
    "signup": "accounts.web.social.SocialSignupForm",
    "disconnect": "accounts.web.social.DisconnectForm",
}
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False
# Who proves to Google or GitHub that an address is theirs may use the account of that address here: both confirm
# addresses before they say so.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True


def _clients(provider: str) -> list[dict[str, str]]:
    """As the provider's console gave it to the operator; a provider without one is not offered."""
    client_id = env.str(f"{provider}_CLIENT_ID", default="")
    secret = env.str(f"{provider}_CLIENT_SECRET", default="")
    return [{"client_id": client_id, "secret": secret, "key": ""}] if client_id and secret else []


GITHUB_URL = env.str("GITHUB_URL", default="").rstrip("/")  # of a GitHub Enterprise server
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, object]] = {
    "google": {
        "APPS": _clients("GOOGLE"),
        "SCOPE": ["profile", "email"],
        "AUTH_PARAMS": {"access_type": "online"},
        "OAUTH_PKCE_ENABLED": True,
    },
    "github": {
        "APPS": _clients("GITHUB"),
        "SCOPE": ["read:user", "user:email"],
        "OAUTH_PKCE_ENABLED": True,
        **({"GITHUB_URL": GITHUB_URL} if GITHUB_URL else {}),
    },
}
_OFFERED = [name for name, provider in SOCIALACCOUNT_PROVIDERS.items() if provider["APPS"]]
SOCIAL_APPS = [f"allauth.socialaccount.providers.{name}" for name in _OFFERED]
# Where the forms of their buttons lead.
_ORIGINS = {"google": "https://accounts.google.com", "github": GITHUB_URL or "https://github.com"}
SOCIAL_ORIGINS = [_ORIGINS[name] for name in _OFFERED]
