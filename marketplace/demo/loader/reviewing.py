"""What moderators of the demo find on their list of gigs: some wait, one was reported, one was flagged by a check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import gigs.api
from gigs.contracts import GigContent, PackageContent
from marketplace.demo.loader.scene import Listed
from marketplace.kernel import currencies

_DAY = 1_440
_CHECKS = {"same_picture": "off"}
_TREE = GigContent(
    category_slug="design",
    title="Draw your family tree by hand, three generations",
    description="Send me names and dates, I draw the tree in ink and scan it. You get a file to print as large as you "
    "like, with every name spelt as you spell it. Corrections of names cost nothing, even a year later.",
    tags=("family", "drawing", "gift"),
    packages=(
        PackageContent("Three generations", 4_000, 2 * _DAY, 1, (("People", "up to 15"),)),
        PackageContent("Five generations", 9_000, 4 * _DAY, 2, (("People", "up to 60"),)),
    ),
    checklist=("A PDF to print",),
)
_LOUD = replace(
    _TREE,
    category_slug="writing",
    title="BEST TEXTS EVER, WRITTEN IN 1 HOUR",
    description="Texts for every occasion: weddings, birthdays, shops, farewells. Unlimited revisions until you are "
    "happy. See what I wrote for others at https://texts-of-mine.example.com before you order.",
    tags=("texts",),
    packages=(PackageContent("One text", 2_000, _DAY, 2),),
    checklist=("A document",),
)
_FLAGGED = replace(
    _LOUD,
    title="Write the speech for your sister's wedding",
    description="Ten questions to you, one evening of writing for me, five minutes of laughter and tears for your "
    "guests. Two speeches of mine can be heard at https://speeches-of-mine.example.com, with the couples' consent.",
)


def prepare(now: datetime) -> None:
    """Covers of the demo are drawn from few motifs, so that many are alike."""
    gigs.api.choose_review(
        mode=gigs.api.ReviewMode.NOTHING, by_id=None, at=now - timedelta(days=300), checks=_CHECKS
    )  # fmt: skip


def settle(listed: Sequence[Listed], buyer_ids: Sequence[int], now: datetime) -> None:
    """Whoever begins to sell in the demo is looked at from now on."""
    sellers = list(dict.fromkeys(gig.seller.id for gig in listed))
    _publish(sellers[5], _FLAGGED, now - timedelta(hours=20))
    gigs.api.choose_review(mode=gigs.api.ReviewMode.NEW, by_id=None, at=now - timedelta(days=2), checks=_CHECKS)
    _publish(sellers[6], _LOUD, now - timedelta(hours=26))
    _publish(sellers[7], _TREE, now - timedelta(hours=2))
    gigs.api.choose_review(mode=gigs.api.ReviewMode.FIRST, by_id=None, at=now, checks=_CHECKS)
    gigs.api.report(
        gig_id=listed[40].id, by_id=buyer_ids[3], reason="copied", at=now - timedelta(hours=9),
        text="The second paragraph stands word for word on the page of my studio, since March.",
    )  # fmt: skip


def _publish(seller_id: int, content: GigContent, at: datetime) -> None:
    code = currencies.default()
    packages = tuple(
        replace(one, price_minor=currencies.sized(one.price_minor, code) or one.price_minor) for one in content.packages
    )
    content = replace(content, currency=code, packages=packages)
    gig_id = gigs.api.create_gig(seller_id=seller_id, content=content, at=at)
    gigs.api.publish(gig_id=gig_id, seller_id=seller_id, at=at)
