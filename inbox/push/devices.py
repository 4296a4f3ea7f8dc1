"""Browsers that show notices, as their owners see them. A device belongs to the session that allowed it."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts import api as accounts
from inbox.models import PushDevice
from inbox.push import addresses
from marketplace.kernel import throttle
from marketplace.kernel.errors import Conflict, InvalidInput, NotFound

MOST = 10
_AN_HOUR = 30
_KEYS = {"p256dh": re.compile(r"[A-Za-z0-9_-]{87}=?"), "auth": re.compile(r"[A-Za-z0-9_-]{22}(==)?")}


def allow(*, user_id: int, session_key: str, subscription: str, user_agent: str, at: datetime) -> None:
    """Takes what the browser said (a PushSubscription as JSON); one that is known already begins anew.

    Raises InvalidInput for anything else, and for an address that is not public; NotFound for who left; Conflict for
    many in an hour. The oldest of more than MOST goes.
    """
    endpoint, keys = _read(subscription)
    if not throttle.spend(f"push-device:{user_id}", 1, limit=_AN_HOUR, seconds=3600):
        raise Conflict(_("You have allowed many devices. Wait an hour."))
    fields = {
        "user_id": user_id,
        "session_key": session_key,
        "name": accounts.browser_of(user_agent),
        "created_at": at,
        "told_at": None,
        "failures": 0,
        **keys,
    }
    with transaction.atomic():
        if not accounts.alone_with(user_id):
            raise NotFound(_("There is no such person here."))
        PushDevice.objects.update_or_create(endpoint=endpoint, defaults=fields)
        kept = PushDevice.objects.filter(user_id=user_id).order_by("-created_at", "-pk")[:MOST]
        PushDevice.objects.filter(user_id=user_id).exclude(pk__in=[device.pk for device in kept]).delete()


def _read(text: str) -> tuple[str, dict[str, str]]:
    refusal = InvalidInput(_("This browser's push service cannot be used here."))
    try:
        told = json.loads(text[:4000])
        endpoint, keys = str(told["endpoint"]), {name: str(told["keys"][name]) for name in _KEYS}
        addresses.host_of(endpoint)
        if not all(pattern.fullmatch(keys[name]) for name, pattern in _KEYS.items()):
            raise refusal
        point = urlsafe_b64decode(keys["p256dh"].rstrip("=") + "=")
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise refusal from error
    return endpoint, keys


def devices_of(user_id: int) -> list[PushDevice]:
    """Those whose session is there, the latest first; at most MOST."""
    sessions = Session.objects.filter(session_key=OuterRef("session_key"))
    return list(PushDevice.objects.filter(Exists(sessions), user_id=user_id).order_by("-created_at", "-pk")[:MOST])


def remove(*, device_id: int, user_id: int) -> None:
    """Raises NotFound for somebody else's."""
    gone, _kinds = PushDevice.objects.filter(pk=device_id, user_id=user_id).delete()
    if not gone:
        raise NotFound(_("There is no such device."))


def end_session(session_key: str | None) -> None:
    """Somebody signs out here."""
    if session_key:
        PushDevice.objects.filter(session_key=session_key).delete()


def end_all(user_id: int) -> None:
    PushDevice.objects.filter(user_id=user_id).delete()
