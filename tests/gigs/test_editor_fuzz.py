"""Anything in any field of any step is answered, and a live gig never changes by it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gigs import steps
from gigs.models import Gig
from tests.gigs.conftest import MakeGig
from tests.gigs.editing_forms import FORMS, NEW, page_of

_ODD = [
    *["", " ", "\x00", "0", "-1", "1e9", "9" * 40, "NaN", "١٢", "12,50", "1.5", "on", "x" * 13_000],
    *["\N{RIGHT-TO-LEFT OVERRIDE}abc", "\N{ZERO WIDTH SPACE}", "😀" * 50, "'; DROP TABLE gigs_gig; --", "=cmd()"],
    *["<script>alert(1)</script>", "<p>" + "<b>" * 2_000, "<ul>" + "<li>x" * 1_500, "{}", "%s%d{0}", "../../etc"],
    *["2026-02-30", "9999-12-31", "0001-01-01", "24:00-25:00", "9-17,", "KWD", "a\r\nb\r\n", "property:"],
    *["to:what", "add-packages", "remove-extras-99", "currency", "category"],
]
_VALUE = st.sampled_from(_ODD) | st.text(max_size=30)
_NAMES = sorted({name for made in FORMS.values() for name in made()} - {"do", "key"})
_MORE = [
    *["row", "seen", "window", "key", "starter", "currency", "currency_agreed", "languages", "property-x"],
    *["cover_key", "day_0", "day_6", "queue_limit", "away_until", "is_private", "asks_first"],
    *["questions-0-label", "questions-0-kind", "questions-0-choices", "questions-0-minimum", "faq-0-answer"],
    *["extras-0-price", "extras-0-time", "extras-0-unit", "discounts-0-start", "discounts-0-percent"],
    *["features-0-label", "features-0-value_3", "packages-2-name"],
]
_LISTS = ["packages", "features", "discounts", "extras", "faq", "questions"]
_SENT = st.fixed_dictionaries(
    {
        "step": st.sampled_from([step.slug for step in steps.STEPS]),
        "do": st.sampled_from(["next", "summary", "autosave", "to:what", "to:nothing", ""]),
        "fields": st.dictionaries(st.sampled_from(_NAMES + _MORE), _VALUE, max_size=6),
        "totals": st.dictionaries(st.sampled_from(_LISTS), st.integers(-1, 12).map(str), max_size=3),
        "is_new": st.booleans(),
    }
)


def _post(client: Client, gig: Gig, sent: dict[str, Any]) -> None:
    started: dict[str, Any] = FORMS.get(sent["step"], dict)()
    totals = {f"{name}-TOTAL_FORMS": count for name, count in sent["totals"].items()}
    data = {**started, **totals, **sent["fields"], "do": sent["do"]}
    where = NEW if sent["is_new"] else page_of(gig.pk, sent["step"])
    response = client.post(where, data)
    assert response.status_code in {200, 302, 422}, (where, data)
    if sent["do"] == "autosave":
        assert response.json()["said"]


@pytest.mark.parametrize(
    "examples",
    [
        pytest.param(30, id="some"),
        pytest.param(6_000, id="many", marks=[pytest.mark.long, pytest.mark.timeout(3_600)]),
    ],
)
def test_nothing_breaks_the_editor(as_seller: Client, make_gig: MakeGig, examples: int) -> None:
    gig = make_gig(published=True)
    before = Gig.objects.values().get(pk=gig.pk)

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(_SENT)
    def each(sent: dict[str, Any]) -> None:
        _post(as_seller, gig, sent)
        for path in (page_of(gig.pk, sent["step"]), page_of(gig.pk)):
            assert as_seller.get(path).status_code == 200, (path, sent)

    each()
    assert Gig.objects.values().get(pk=gig.pk) == before
