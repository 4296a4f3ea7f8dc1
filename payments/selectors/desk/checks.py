"""What people and checks have to say: brakes, differences, deeds that wait."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from payments.models import Brake, CheckName, CheckRun, DeedState, ManualDeed
from payments.selectors import brakes as pulled_brakes
from payments.selectors.desk.items import MOST, Item, Section, cut

# The books are checked every ten minutes.
_BOOKS_LATE_AFTER = timedelta(hours=1)
_MISSED_COMPARISONS = 4


def brakes(at: datetime) -> Section:
    url = reverse("money:brakes")
    items = tuple(_brake(brake, url) for brake in pulled_brakes.pulled())
    return Section("brakes", _("Pulled brakes"), _("Lift them when the cause is gone."), items, url)


def _brake(brake: Brake, url: str) -> Item:
    key, title = f"brake:{brake.outflow}:{brake.pulled_at:%Y%m%d%H%M%S}", capfirst(brake.get_outflow_display())
    return Item(key, title, url, brake.pulled_at, brake.reason)


def differences(at: datetime) -> Section:
    items = tuple(item for run in CheckRun.objects.order_by("name") for item in _difference(run, at))
    mend = _("A difference is a bug, or somebody's hand in the database. Stop the outflow and find it before going on.")
    return Section("differences", _("Checks"), mend, items)


def _difference(run: CheckRun, at: datetime) -> list[Item]:
    url, name = reverse("money:checks"), capfirst(run.get_name_display())
    if run.difference_count:
        since = run.differs_since or run.ran_at
        detail = " · ".join(run.differences[:3])
        title = _("%(check)s: %(number)s differences") % {"check": name, "number": run.difference_count}
        return [Item(f"check:{run.name}:{since:%Y%m%d%H%M%S}", title, url, since, detail)]
    if run.ran_at <= at - _late_after(run):
        title = _("%(check)s: has not run") % {"check": name}
        return [Item(f"check:{run.name}:late:{run.ran_at:%Y%m%d%H%M%S}", title, url, run.ran_at)]
    return []


def _late_after(run: CheckRun) -> timedelta:
    return _BOOKS_LATE_AFTER if run.name == CheckName.BOOKS else _MISSED_COMPARISONS * settings.RECONCILE_EVERY


def deeds(at: datetime) -> Section:
    rows = ManualDeed.objects.filter(state=DeedState.ASKED).select_related("asked_by").order_by("expires_at")
    items, is_cut = cut(rows[: MOST + 1], _deed)
    mend = _("Whoever did not ask for it looks at the postings and confirms, or declines and says why.")
    return Section("deeds", _("Waiting for a second person"), mend, items, reverse("money:deeds"), is_cut)


def _deed(deed: ManualDeed) -> Item:
    return Item(
        key=f"deed:{deed.id}",
        title=f"{deed.asked_by.display_name}: {deed.get_kind_display()}",
        url=reverse("money:deed", args=[deed.id]),
        since=deed.asked_at,
        detail=deed.reason,
        amount=deed.amount,
        due_at=deed.expires_at,
    )
