"""The frame around every page: navigation, search field, footer and dock, rendered once for each way they can look.

What is a reader's own (name, face, counts, token, address) is put into its places afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest
from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from marketplace.kernel.live import passes
from marketplace.kernel.places import filled, pieces_of, place
from marketplace.setup.look import is_set_up


@dataclass(frozen=True, slots=True)
class Look:
    """All that the parts of the frame choose by."""

    language: str
    site: tuple[tuple[str, Any], ...]
    where: str = ""  # the page's address, where a part leads to it
    is_authenticated: bool = False
    is_selling: bool = False
    is_moderator: bool = False
    handles_money: bool = False
    sees_documents: bool = False
    sets_up: bool = False
    has_notices: bool = False
    has_messages: bool = False


class Frame:
    """The parts as one reader sees them on one page. ``token`` is called where a form needs it."""

    def __init__(self, request: HttpRequest, site: dict[str, Any], token: Callable[[], str]) -> None:
        self.request, self._token = request, token
        self._look = _look_of(request, site)

    @property
    def nav(self) -> SafeString:
        return self._part("layouts/_nav.html")

    @property
    def search(self) -> SafeString:
        return self._part("layouts/_header_search.html")

    @property
    def footer(self) -> SafeString:
        return self._part("layouts/_footer.html")

    @property
    def dock(self) -> SafeString | str:
        return self._part("layouts/_dock.html") if self._look.is_authenticated else ""

    @property
    def live(self) -> SafeString | str:
        """Attributes for assets/js/live.js: where the numbers are asked for, the live line and the pass for it."""
        user = self.request.user
        if not user.is_authenticated:
            return ""
        return format_html(
            ' data-unread-url="{}" data-live="{}" data-pass="{}"',
            reverse("inbox:unread"),
            settings.LIVE_URL,
            passes.issue(user.pk) if settings.LIVE_URL else "",
        )

    def _part(self, name: str) -> SafeString:
        render = _render.__wrapped__ if settings.DEBUG else _render  # a template that is being worked on
        pieces = render(name, self._look)
        if any(f'href="{self.request.path}"' in piece for piece in pieces):
            pieces = render(name, replace(self._look, where=self.request.path))
        return filled(pieces, self._own())

    def _own(self) -> dict[str, Callable[[], str]]:
        """What is put in, by the names of the places."""
        request, user = self.request, self.request.user
        own = {
            "csrf": self._token,
            "here": lambda: escape(request.get_full_path()),
            "typed": lambda: escape(_typed(request)),
        }
        if user.is_authenticated:
            own |= {
                "name": lambda: escape(user.display_name),
                "face": lambda: _face(user.display_name, user.portrait_url),
                "notices": lambda: str(user.unread_count),
                "messages": lambda: str(user.unread.messages),
            }
        return own


def _typed(request: HttpRequest) -> str:
    """What the search field shows; the page that refuses a request with too many parameters has a frame, too."""
    try:
        return request.GET.get("q", "")
    except TooManyFieldsSent:
        return ""


def _look_of(request: HttpRequest, site: dict[str, Any]) -> Look:
    user = request.user
    plain = Look(get_language() or "", tuple(site.items()))
    if not user.is_authenticated:
        return plain
    return replace(
        plain,
        is_authenticated=True,
        is_selling=user.is_selling,
        is_moderator=user.is_moderator,
        handles_money=user.handles_money,
        sees_documents=user.is_staff and not user.handles_money and user.has_perm("payments.view_document"),
        sets_up=user.is_superuser and not is_set_up(),
        has_notices=bool(user.unread_count),
        has_messages=bool(user.unread.messages),
    )


@lru_cache(maxsize=10_000)
def _face(name: str, portrait_url: str) -> str:
    person = SimpleNamespace(display_name=name, portrait_url=portrait_url)
    return get_template("components/avatar.html").render({"person": person, "size": "md"})


@lru_cache(maxsize=1_000)
def _render(name: str, look: Look) -> tuple[str, ...]:
    """Pieces of text, and between them the names of places."""
    reader = SimpleNamespace(
        is_authenticated=look.is_authenticated,
        is_selling=look.is_selling,
        is_moderator=look.is_moderator,
        handles_money=look.handles_money,
        has_desk=look.is_selling or not (look.is_moderator or look.handles_money),
        sees_documents=look.sees_documents,
        sets_up=look.sets_up,
        display_name=place("name"),
        face=place("face"),
        unread_count=place("notices") if look.has_notices else 0,
        unread=SimpleNamespace(messages=place("messages") if look.has_messages else 0),
    )
    request = SimpleNamespace(user=reader, path=look.where, get_full_path=place("here"), GET={"q": place("typed")})
    context = {"site": dict(look.site), "request": request, "csrf_token": place("csrf")}
    return pieces_of(get_template(name).render(context))
