"""Gigs that open by their link only: the key comes in an address once and is remembered in the session."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from gigs.models import Gig
from gigs.selectors.page import visible_gig

PARAMETER = "key"
_KEYS = "gig_keys"
_KEPT = 20


def gig_for(request: HttpRequest, pk: int, read: Callable[..., Gig] = visible_gig) -> Gig:
    """A gig that this reader may open. Raises NotFound. Touches the session for private gigs alone."""
    return read(pk, request.user.pk, lambda: key_for(request, pk))


def key_for(request: HttpRequest, pk: int) -> str:
    given = request.GET.get(PARAMETER, "")
    return given or str(request.session.get(_KEYS, {}).get(str(pk), ""))


def remember(request: HttpRequest, gig: Gig) -> None:
    """Of a private gig that was opened by its link: its order form and its questions open, too."""
    keys = request.session.get(_KEYS, {})
    if PARAMETER in request.GET and keys.get(str(gig.pk)) != gig.share_key:
        others = {pk: key for pk, key in keys.items() if pk != str(gig.pk)}
        request.session[_KEYS] = dict([*others.items(), (str(gig.pk), gig.share_key)][-_KEPT:])
