"""The share sheet of a gig and of a seller's page: a page with the link, a QR code and the ways to send it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import api as accounts
from gigs.selectors.page import visible_gig
from gigs.sharing import qr
from gigs.sharing.heads import absolute
from marketplace.kernel import identity
from marketplace.kernel.errors import NotFound

_DAY = 86_400
_MAKERS = {"svg": (qr.svg, "image/svg+xml"), "png": (qr.png, "image/png")}


@dataclass(frozen=True, slots=True)
class Sheet:
    """As ``gigs/sharing/share.html`` shows it."""

    title: str
    path: str  # of the page that is shared
    qr_name: str  # of the route of its QR code
    qr_key: int | str  # gig's id or handle

    @property
    def url(self) -> str:
        return absolute(self.path)

    @property
    def mail_url(self) -> str:
        subject = _("%(title)s on %(site)s") % {"title": self.title, "site": identity.name()}
        return f"mailto:?{urlencode({'subject': subject, 'body': self.url}).replace('+', '%20')}"

    @property
    def svg_url(self) -> str:
        return reverse(self.qr_name, args=[self.qr_key, "svg"])

    @property
    def png_url(self) -> str:
        return reverse(self.qr_name, args=[self.qr_key, "png"])


@require_safe
def gig(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "gigs/sharing/share.html", {"sheet": _gig_sheet(pk)})


@require_safe
def gig_qr(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    return _code(_gig_sheet(pk), ending)


@require_safe
def seller(request: HttpRequest, handle: str) -> HttpResponse:
    return render(request, "gigs/sharing/share.html", {"sheet": _seller_sheet(handle)})


@require_safe
def seller_qr(request: HttpRequest, handle: str, ending: str) -> HttpResponse:
    return _code(_seller_sheet(handle), ending)


def _gig_sheet(pk: int) -> Sheet:
    """Of a public gig; its seller also while it is a draft would give away an address that opens for nobody."""
    found = visible_gig(pk, None)
    return Sheet(found.title, found.get_absolute_url(), "gigs:share_qr", found.pk)


def _seller_sheet(handle: str) -> Sheet:
    """Raises NotFound; also for closed accounts and who sells nothing."""
    user_id = accounts.id_of(f"@{handle}")
    if user_id is None or not accounts.is_active(user_id) or not accounts.is_seller(user_id):
        raise NotFound(_("There is no seller called @%(handle)s here.") % {"handle": handle})
    person = accounts.person(user_id)
    return Sheet(
        person.name, reverse("accounts:profile", args=[person.handle]), "gigs:share_seller_qr", person.handle
    )  # fmt: skip


def _code(sheet: Sheet, ending: str) -> HttpResponse:
    if ending not in _MAKERS:
        raise NotFound(_("A QR code is an SVG or a PNG."))
    make, kind = _MAKERS[ending]
    name = sheet.path.strip("/").replace("/", "-").lstrip("@")
    return HttpResponse(
        make(sheet.url),
        content_type=kind,
        headers={
            "Cache-Control": f"public, max-age={_DAY}",
            "Content-Disposition": f'inline; filename="{name}.{ending}"',
        },
    )
