"""The last step: everything on one page, with what is missing, and the button that publishes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gigs import richtext
from gigs.contracts import GigContent
from gigs.drafts import services as drafts
from gigs.drafts.workspace import Workspace, open_workspace
from gigs.reviewing import policy
from gigs.reviewing.web import owner
from gigs.selectors.attributes import attributes_for
from gigs.selectors.preview import Preview, preview_of
from gigs.web import frame
from gigs.web.typed import content_as_typed
from marketplace.kernel import clock, words
from marketplace.kernel.errors import Conflict, InvalidInput
from marketplace.kernel.languages import name_of
from orders import api as orders

Facts = list[tuple[str, str]]
_DIGITS = 9


@login_required
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    workspace = open_workspace(pk, int(request.user.pk or 0))
    if request.method != "POST":
        return _show(request, workspace)
    do = request.POST.get("do", "")
    who = {"gig_id": pk, "seller_id": workspace.gig.seller_id}
    if do == "discard":
        drafts.discard(**who)
        messages.success(request, _("Your changes are gone. Buyers see what they saw before."))
        return redirect("gigs:edit", pk)
    if do == "start-over":
        drafts.start_over(**who, at=clock.now())
        return redirect("gigs:edit", pk)
    if do not in {"publish", "save"}:
        return redirect("gigs:edit", pk)
    try:
        if do == "publish":
            return owner.publish_or_explain(request, pk, _version(request))
        drafts.apply(**who, at=clock.now(), version=_version(request))
    except InvalidInput as error:
        return _show(request, workspace, problem=error.message)
    except Conflict as error:
        now = open_workspace(pk, workspace.gig.seller_id)
        return _show(request, now, problem=error.message, version=now.gig.version)
    messages.success(request, owner.saved_words(request, pk))
    return redirect("gigs:edit", pk)


@login_required
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole page as buyers would see it, with what is not saved."""
    workspace, at = open_workspace(pk, int(request.user.pk or 0)), clock.now()
    seen = preview_of(workspace.gig, content_as_typed(workspace, at), workspace.cover, at)
    context = {"page": seen.page, "gig": seen.gig, "is_own": True, "is_preview": True, "shows_order_box": True}
    return render(request, "gigs/detail.html", context)


@login_required
@require_safe
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """The card and the prices beside a step (htmx)."""
    workspace = open_workspace(pk, int(request.user.pk or 0))
    return render(request, "gigs/_editor_look.html", {"gig": workspace.gig, **frame.look(workspace, clock.now())})


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def _show(request: HttpRequest, workspace: Workspace, **said: Any) -> HttpResponse:
    context = frame.around(workspace, None, clock.now())
    facts = _facts(workspace.content, context["preview"])
    gig = workspace.gig
    context |= {
        "version": workspace.version,
        "changes_wait": policy.current().mode.waits_for_changes,
        "sections": [(stop, facts.get(stop.slug, [])) for stop in context["stops"]],
        "share_url": request.build_absolute_uri(f"{gig.get_absolute_url()}?key={gig.share_key}"),
        **said,
    }
    return render(request, "gigs/editor_overview.html", context)


def _facts(content: GigContent, preview: Preview) -> dict[str, Facts]:
    return {
        "what": _what(content, " › ".join(name for name, _url in preview.page.crumbs[1:])),
        "packages": _packages(content, preview),
        "needs": [
            (_("Questions"), ", ".join(question.label for question in content.questions) or _("none")),
            (_("In every delivery"), ", ".join(content.checklist) or _("nothing listed")),
        ],
        "answers": _use(content, preview),
        "pictures": _pictures(preview),
        "selling": _selling(content, preview),
    }


def _what(content: GigContent, category: str) -> Facts:
    count = richtext.word_count(content.description)
    known = {f"{one.slug}:{slug}": f"{one.name}: {name}" for one in attributes_for(content.category_slug)
             for slug, name in one.values} if content.attributes else {}  # fmt: skip
    reader = get_language() or "en"
    spoken = content.languages or (content.language,)
    return [
        (_("Category"), category),
        (_("Title"), content.title),
        (_("Description"), ngettext("%(count)s word", "%(count)s words", count) % {"count": count}),
        (_("Tags"), ", ".join(content.tags) or _("none")),
        *(
            [(_("Properties"), ", ".join(known.get(name, name) for name in content.attributes))]
            if content.attributes
            else []
        ),
        (_("Languages"), ", ".join(name_of(code, reader) for code in spoken)),
    ]


def _packages(content: GigContent, preview: Preview) -> Facts:
    facts = [
        (package.name, f"{words.amount(package.all_in)} · {words.duration(package.minutes)}")
        for package in preview.page.packages
    ]
    if content.quantity_discounts:
        off = [
            _("%(start)s or more: %(percent)s %% off") % {"start": a, "percent": b}
            for a, b in content.quantity_discounts
        ]
        facts.append((_("Several at once"), ", ".join(off)))
    if content.extras:
        facts.append((_("Extras"), ", ".join(extra.title for extra in content.extras)))
    return facts


def _use(content: GigContent, preview: Preview) -> Facts:
    licences, made, files = dict(orders.LICENCES), dict(orders.AI_USES), dict(orders.PREVIEWS)
    return [
        (_("Questions and answers"), str(len(content.faq))),
        (_("Buyers may"), str(licences.get(content.licence, ""))),
        (_("Made"), str(made.get(content.ai_use, _("not said yet")))),
        (_("Files"), str(files.get(content.preview, ""))),
    ]


def _pictures(preview: Preview) -> Facts:
    if not preview.gig.cover:
        return [(_("Cover"), _("we draw one when you publish"))]
    if preview.gig.cover_is_drawn:
        return [(_("Cover"), _("we drew one"))]
    slides = preview.page.slides
    videos, pdfs = sum(slide.is_video for slide in slides), sum(slide.is_pdf for slide in slides)
    pictures = len(slides) - videos - pdfs
    said = [
        pictures and ngettext("%(count)s picture", "%(count)s pictures", pictures) % {"count": pictures},
        videos and ngettext("%(count)s video", "%(count)s videos", videos) % {"count": videos},
        pdfs and ngettext("%(count)s PDF", "%(count)s PDFs", pdfs) % {"count": pdfs},
    ]
    return [(_("Cover"), _("yours")), (_("Gallery"), ", ".join(str(part) for part in said if part))]


def _selling(content: GigContent, preview: Preview) -> Facts:
    facts = [
        (_("Order hours"), preview.page.hours_text or _("around the clock")),
        (_("Orders"), _("you say yes to each first") if content.asks_first else _("at once")),
        (_("At once"), str(content.queue_limit) if content.queue_limit else _("as many as come")),
        (_("Found by"), _("who has its link") if content.is_private else _("everybody")),
    ]
    if content.away_until and content.away_until > clock.now():
        facts.append((_("Away until"), words.day(content.away_until)))
    return facts
