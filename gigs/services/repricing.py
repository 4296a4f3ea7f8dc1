"""Copies of all-in prices, by which gigs are filtered and sorted, follow the buyer's fee."""

from __future__ import annotations

from django.db import transaction

from gigs.models import Gig
from gigs.models.package import Package
from gigs.services.editing import all_in_minor

_AT_ONCE = 500


def reprice_all() -> int:
    """Brings every copy into step with today's fee; returns how many gigs were not. Again and again is harmless."""
    last, changed = 0, 0
    while True:
        with transaction.atomic():
            # The gig first, as everybody who changes its packages does.
            rows = Gig.objects.filter(pk__gt=last).select_for_update(no_key=True).order_by("pk")
            gigs = list(rows.only("pk", "currency", "from_price_minor", "from_all_in_minor")[:_AT_ONCE])
            if not gigs:
                return changed
            changed += _reprice(gigs)
            last = gigs[-1].pk


def _reprice(gigs: list[Gig]) -> int:
    by_id = {gig.pk: gig for gig in gigs}
    packages = list(Package.objects.filter(gig_id__in=by_id).only("pk", "gig_id", "price_minor", "all_in_minor"))
    stale_packages = [one for one in packages if _moves(one, by_id[one.gig_id].currency)]
    stale_gigs = [gig for gig in gigs if gig.from_price_minor and _moves_copy(gig)]
    Package.objects.bulk_update(stale_packages, ["all_in_minor"])
    Gig.objects.bulk_update(stale_gigs, ["from_all_in_minor"])
    return len({package.gig_id for package in stale_packages} | {gig.pk for gig in stale_gigs})


def _moves(package: Package, currency: str) -> bool:
    before, package.all_in_minor = package.all_in_minor, all_in_minor(package.price_minor, currency)
    return before != package.all_in_minor


def _moves_copy(gig: Gig) -> bool:
    before, gig.from_all_in_minor = gig.from_all_in_minor, all_in_minor(gig.from_price_minor or 0, gig.currency)
    return before != gig.from_all_in_minor
