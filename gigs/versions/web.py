"""The former versions of one's own gig: what changed, one as a page, and back to it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gigs import richtext
from gigs.reviewing import policy
from gigs.reviewing.selectors import standing_of
from gigs.reviewing.web import owner
from gigs.selectors.owned import content_of, own_gig
from gigs.versions.differences import differences, extra_time
from gigs.versions.selectors import category_names, changes_of, comparison, version_of
from gigs.versions.services import bring_back, possible
from marketplace.kernel import clock
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed
from marketplace.kernel.money import Money


@login_required
@require_safe
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    gig = own_gig(pk, int(request.user.pk or 0))
    return render(request, "gigs/versions.html", {"gig": gig, "changes": changes_of(gig, _number(request, "before"))})


@login_required
@require_safe
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    gig = own_gig(pk, int(request.user.pk or 0))
    kept = version_of(gig, number)
    content, categories = possible(kept.content), category_names()
    context = {
        "gig": gig,
        "kept": kept,
        "content": content,
        "description": richtext.shown(content.description),
        "category": categories.get(content.category_slug, content.category_slug),
        "prices": [Money(package.price_minor, content.currency) for package in content.packages],
        "takes_time": any(package.work_minutes for package in content.packages),
        "lines": comparison(content.packages),
        "extras": [
            (extra, Money(extra.price_minor, content.currency), extra_time(extra.extra_minutes))
            for extra in content.extras
        ],
        "changes_wait": gig.is_active and policy.current().mode.waits_for_changes,
        "sentences": differences(content_of(gig), content, categories),
    }
    return render(request, "gigs/version.html", context)


@login_required
@require_POST
def restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    seller_id = int(request.user.pk or 0)
    seen = _number(request, "version")
    try:
        now = bring_back(gig_id=pk, seller_id=seller_id, number=number, seen_version=seen, at=clock.now())
    except (Conflict, InvalidInput, NotAllowed) as error:
        messages.error(request, error.message)
        return redirect("gigs:version", pk, number)
    is_held = standing_of(own_gig(pk, seller_id)).waiting is not None
    back = _("Version %(old)s is back, as version %(new)s.") % {"old": number, "new": now}
    messages.success(request, owner.saved_words(request, pk) if is_held else back)
    return redirect("gigs:versions", pk)


def _number(request: HttpRequest, name: str) -> int | None:
    """A small positive number from the address or the form, or None for nothing and nonsense."""
    text = (request.POST if request.method == "POST" else request.GET).get(name, "")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 10 else None
