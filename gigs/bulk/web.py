"""Many gigs at once: the export, the template, and an import from the file to its end."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import api as accounts
from gigs.bulk import columns, services, writing
from gigs.bulk.selectors import VIEWS, Counts, counts_of, open_import, own_import, page_of_rows, recent_imports
from gigs.models import GigImport
from marketplace.kernel import clock
from marketplace.kernel.downloads import private_lines
from marketplace.kernel.errors import Conflict, InvalidInput
from marketplace.kernel.transitions import IllegalTransition
from marketplace.kernel.uploads.forms import FilesForm
from marketplace.kernel.uploads.places import Place

_TABS = {
    "": gettext_lazy("All"),
    **writing.PLANS,
    "failed": gettext_lazy("Failed"),
}
_ENCODINGS = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "utf-16": "UTF-16", "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
}  # fmt: skip
_SIGNS = {",": gettext_lazy("commas"), ";": gettext_lazy("semicolons"), "\t": gettext_lazy("tabs")}


@login_required
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    lines = writing.gigs_of(int(request.user.pk or 0), _delimiter(request))
    return private_lines(lines, f"gigs-{clock.display_now():%Y-%m-%d}.csv")


@login_required
@require_safe
def template(request: HttpRequest) -> StreamingHttpResponse:
    return private_lines(writing.template(_delimiter(request)), "gigs-template.csv")


@login_required
@require_safe
def report(request: HttpRequest, import_id: uuid.UUID) -> StreamingHttpResponse:
    job = own_import(import_id, int(request.user.pk or 0))
    return private_lines(writing.report(job, job.delimiter or ","), f"import-{job.created_at:%Y-%m-%d}.csv")


def _delimiter(request: HttpRequest) -> str:
    return writing.DELIMITERS.get(request.GET.get("separator", ""), ",")


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """The way in: download, the columns, upload."""
    user_id, at = int(request.user.pk or 0), clock.now()
    if not accounts.is_seller(user_id):
        return redirect("accounts:become_seller")
    place, is_sent = Place(user_id, "gig-import", at), request.method == "POST"
    form = FilesForm(request.POST, request.FILES, place=place) if is_sent else FilesForm(place=place)
    if is_sent and form.is_valid():
        try:
            import_id = services.begin(
                seller_id=user_id, upload_ids=form.cleaned_data["files"], language=get_language() or "en", at=at
            )
        except (InvalidInput, Conflict) as error:
            form.add_error("files" if error.fields else None, error.message)
        else:
            return redirect("gigs:import", import_id)
    context = {
        "form": form,
        "open": open_import(user_id),
        "recent": recent_imports(user_id),
        "single": [columns.ID, columns.PUBLISH, *columns.SINGLE],
        "groups": [(group, group.columns(1)[0].removesuffix(group.parts[0].name)) for group in columns.GROUPS],
        "most_rows": settings.GIG_IMPORT_ROWS,
        "most_megabytes": settings.GIG_IMPORT_BYTES // 1_000_000,
    }
    return render(request, "gigs/import_start.html", context, status=400 if form.errors else 200)


@login_required
@require_safe
def detail(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """What will happen, is happening, or happened; asked for again by htmx while something moves."""
    job = own_import(import_id, int(request.user.pk or 0))
    view = request.GET.get("show", "")
    view = view if view in VIEWS else ""
    after = request.GET.get("after", "")
    rows, following = page_of_rows(
        job, view, int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
    )
    counts = counts_of(job)
    context = {
        "job": job,
        "counts": counts,
        "rows": [(row, writing.result_of(row)) for row in rows],
        "tabs": _tabs(counts, view),
        "next_url": f"?show={view}&after={following}" if following else "",
        "first_url": f"?show={view}" if after else "",
        "written": _written(job),
    }
    name = "gigs/_import.html" if request.headers.get("HX-Request") else "gigs/import.html"
    return render(request, name, context)


def _tabs(counts: Counts, view: str) -> list[dict[str, Any]]:
    numbers = {name: counts.all if not name else getattr(counts, name) for name in _TABS}
    return [
        {"label": label, "url": f"?show={name}", "is_current": name == view, "count": numbers[name]}
        for name, label in _TABS.items()
        if numbers[name] or not name or name == view
    ]


def _written(job: GigImport) -> str:
    """How the file was read, for its owner to see whether it is so."""
    if not job.encoding:
        return ""
    said = _("Read as %(encoding)s with %(signs)s between the cells.")
    return said % {"encoding": _ENCODINGS.get(job.encoding, job.encoding), "signs": _SIGNS.get(job.delimiter, "")}


@login_required
@require_POST
def confirm(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    try:
        services.confirm(import_id=import_id, seller_id=int(request.user.pk or 0), at=clock.now())
    except IllegalTransition:
        messages.error(request, _("This import has ended, or is not checked yet."))
    return redirect("gigs:import", import_id)


@login_required
@require_POST
def cancel(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    services.cancel(import_id=import_id, seller_id=int(request.user.pk or 0), at=clock.now())
    messages.info(request, _("The import has ended. What was done stays."))
    return redirect("gigs:import", import_id)
