"""Notices: the page, by group."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inbox import choices, kinds, selectors, services, troubles
from inbox.contracts import NoticeGroup
from inbox.web.readers import address_of, reader_of
from marketplace.kernel import clock

PAGE = 30


@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What the site told them, the newest first; of one group where ``in`` names it."""
    reader, group = reader_of(request), _group(request.GET.get("in", ""))
    before = request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    found = selectors.notices(reader, before=number, limit=PAGE + 1, group=group)
    context = {
        "notices": found[:PAGE],
        "older_url": _page(group, before=found[PAGE - 1].pk) if len(found) > PAGE else "",
        "newest_url": _page(group),
        "is_first": not number,
        "has_unread": selectors.has_unread_notices(reader, group),
        "group": group.value if group else "",
        "group_label": kinds.GROUPS[group] if group else "",
        "tabs": _tabs(reader, group),
        "trouble": troubles.trouble_of(address_of(request)),
    }
    return render(request, "inbox/notices.html", context)


def _page(group: NoticeGroup | None, **more: int) -> str:
    kept: dict[str, str | int] = {"in": group.value} if group else {}
    return f"{reverse('inbox:notices')}?{urlencode({**kept, **more})}".rstrip("?")


def _group(text: str) -> NoticeGroup | None:
    try:
        return NoticeGroup(text)
    except ValueError:
        return None


def _tabs(reader: int, current: NoticeGroup | None) -> list[dict[str, object]]:
    shown = choices.groups_of(reader)
    tabs: list[dict[str, object]] = [{"label": _("All"), "url": _page(None), "is_current": current is None}]
    tabs += [
        {"label": label, "url": _page(group), "is_current": group == current}
        for group, label in kinds.GROUPS.items()
        if group in shown
    ]
    return tabs


@login_required
@require_safe
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Leads to what a notice is about; having been there is having read it."""
    return redirect(services.read_notice(notice_id=notice_id, user_id=reader_of(request), at=clock.now()))


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Those of the group whose tab is open, where it is one."""
    group = _group(request.POST.get("in", ""))
    services.read_all_notices(user_id=reader_of(request), at=clock.now(), group=group)
    return redirect(_page(group))
