"""All versions of the work side by side, and what can be seen of a file without opening it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.kernel import clock
from marketplace.kernel.models import Preview, StoredFile, private_storage
from marketplace.kernel.previews import kinds
from marketplace.kernel.previews.making import picture_name
from orders import selectors
from orders.web.links import may_frame_videos
from orders.web.page import OrderPage
from orders.web.shown import DeliveryView


@dataclass(frozen=True, slots=True)
class Line:
    """A name over all versions: what became of it in each."""

    name: str
    cells: list[tuple[str, str]]  # a word, and its tone


@login_required
@require_safe
@never_cache
@may_frame_videos
def deliveries(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Every version with its files, links and ticks, the newest first."""
    reader = int(request.user.pk or 0)
    page = OrderPage(selectors.order_with_deliveries(order_id, reader), reader, clock.now())
    versions = page.delivery_views
    if not versions:
        raise Http404
    promises = [(text, [position in one.ticked for one in versions]) for position, text in enumerate(page.checklist)]
    context = {"page": page, "versions": versions, "lines": compare(versions), "promises": promises}
    context["order_url"] = page.order.url_for(reader)
    return render(request, "orders/deliveries.html", context)


def compare(versions: list[DeliveryView]) -> list[Line]:
    """What each version brought, by the name of the file: new, changed, the same, or not in it."""
    sums = [{file.name: file.sha256 for file in version.files} for version in versions]
    names = dict.fromkeys(name for version in sums for name in version)
    return [Line(name, [_became(name, sums, number) for number in range(len(sums))]) for name in names]


def _became(name: str, sums: list[dict[str, str]], number: int) -> tuple[str, str]:
    if name not in sums[number]:
        return "–", ""
    earlier = next((version[name] for version in reversed(sums[:number]) if name in version), None)
    if earlier is None:
        return _("new"), "new"
    return (_("the same"), "same") if earlier == sums[number][name] else (_("changed"), "changed")


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """``kind`` names the part of the template that shows it."""

    file: StoredFile
    kind: str
    is_locked: bool
    preview: Preview | None = None
    left_out: list[str] = field(default_factory=list)

    @property
    def is_waiting(self) -> bool:
        return self.preview is not None and self.preview.state == Preview.State.WAITING

    @property
    def is_made(self) -> bool:
        return self.preview is not None and self.preview.state == Preview.State.READY

    @property
    def content(self) -> dict[str, Any]:
        return self.preview.content if self.preview else {}

    @property
    def html(self) -> SafeString:
        """Cleaned where it was made: ``previews.making.clean``."""
        return SafeString(self.content["html"])

    @property
    def pictures(self) -> list[tuple[str, int, int]]:
        sizes = enumerate(self.content.get("pictures", []), 1)
        return [
            (reverse("orders:picture", args=[self.file.pk, number]), width, height) for number, (width, height) in sizes
        ]

    @property
    def why_not(self) -> str:
        why = self.content.get("why", "")
        return {
            "too_large": _("This file is too large to be shown here."),
            "password": _("This file is locked with a password."),
        }.get(why, _("This file cannot be shown here: it is broken, or not what its name says."))


def _left_out(preview: Preview) -> list[str]:
    words = {
        "rows": _("rows after the 200th"),
        "columns": _("columns after the 30th"),
        "sheets": _("sheets after the 10th"),
        "cells": _("the end of very long cells"),
        "pages": _("pages after the 20th"),
        "pictures": _("pictures in the text"),
        "frames": _("all but the first frame"),
        "text": _("the end of a long text"),
    }
    return [words[what] for what in preview.content.get("left_out", []) if what in words]


@login_required
@require_safe
@never_cache
def preview(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """One delivered file as far as it can be shown."""
    reader = int(request.user.pk or 0)
    shown = selectors.delivered_file(file_id, reader, clock.now())
    made: Preview | None = getattr(shown.file, "preview", None)
    kind = made.kind if made else kinds.kind_of(shown.file.name)
    if made is None and kind not in kinds.PLAYED:
        raise Http404
    page = PreviewPage(shown.file, kind, shown.is_locked, made, _left_out(made) if made else [])
    context = {"shown": page, "order": shown.order, "number": shown.number, "order_url": shown.order.url_for(reader)}
    return render(request, "orders/preview.html", context)


@login_required
@require_safe
def picture(request: HttpRequest, file_id: uuid.UUID, number: int) -> HttpResponseBase:
    """One picture of a preview."""
    shown = selectors.delivered_file(file_id, int(request.user.pk or 0), clock.now())
    made: Preview | None = getattr(shown.file, "preview", None)
    if made is None or not 1 <= number <= len(made.content.get("pictures", [])):
        raise Http404
    try:
        content = private_storage().open(picture_name(file_id, number))
    except FileNotFoundError as error:
        raise Http404 from error
    answer = FileResponse(content, content_type="image/webp")
    answer["Cache-Control"] = "private, max-age=3600"
    return answer
