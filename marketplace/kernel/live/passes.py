"""What lets a browser onto the live line: who it is, signed by the site that rendered its page."""

from __future__ import annotations

from django.core.signing import BadSignature, TimestampSigner

SECONDS = 600
_signer = TimestampSigner(salt="live")


def issue(user_id: int) -> str:
    return _signer.sign(str(user_id))


def holder(text: str) -> int | None:
    """Whose it is; None where it is nobody's or too old."""
    try:
        return int(_signer.unsign(text, max_age=SECONDS))
    except (BadSignature, ValueError):
        return None
