"""Where allauth's second factors and passkeys meet this site: its name, and secrets that are kept sealed."""

from __future__ import annotations

import base64
import hashlib

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from marketplace.kernel import identity


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This is not the code that is valid now. Wait for the next one and try again."),
        "unverified_email": gettext_lazy("Confirm your e-mail address first."),
        "cannot_generate_recovery_codes": gettext_lazy("There are recovery codes once a second step is on."),
    }

    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _seal().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return identity.name()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": identity.name()}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, object]:
        return {"id": user_pk_to_url_str(user).encode(), "display_name": user.display_name, "name": user.email}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """What a new key is called until somebody calls it otherwise."""
        known = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)s") % {"number": known + 1} if known else _("Passkey")


def _seal() -> MultiFernet:
    """Of the secret key; what an older one sealed is read as long as SECRET_KEY_FALLBACKS names it."""
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(secret: str | bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second factors:" + force_bytes(secret)).digest()))
