"""The insights pages and their CSV, and who sees them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import Client

from accounts.models import User
from gigs import api
from gigs.insights import ranks
from gigs.models import Gig
from gigs.search import entries
from gigs.selectors.owned import content_of
from tests.gigs.conftest import NOON, MakeGig
from tests.gigs.insights.conftest import Counted


@pytest.fixture
def old_gig(gig: Gig) -> Gig:
    Gig.objects.filter(pk=gig.pk).update(published_at=NOON - timedelta(days=100))
    gig.refresh_from_db()
    return gig


def html_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_page_of_all_gigs(as_seller: Client, old_gig: Gig, counted: Counted) -> None:
    counted(old_gig, 0, 1_234, 56, 7, EUR=5_040, JPY=900)
    counted(old_gig, 40, 617, 112, 7, EUR=2_520)
    entries.refresh_changed(NOON)
    ranks.count_ranks()
    html = html_of(as_seller, "/sell/insights/")
    for text in (
        '<b>1234</b><span>shown in lists</span><span class="block">100 % more than before</span>',
        '<b>56</b><span>opened</span><span class="block">50 % less than before</span>',
        '<b>7</b><span>ordered</span><span class="block">as before</span>',
        '<b>€50.40</b><span>received after fees</span><span class="block">100 % more than before</span>',
        '<b>¥900</b><span>received after fees</span><span class="block">nothing before</span>',
        "Received after fees, in EUR",
        "Place 1 of 1 in Writing, in EUR",
        "Would move it most: ",
        '<td data-value="5040">€50.40</td>',
    ):
        assert text in html, text
    assert "style=" not in html
    assert 'aria-current="page">30 days' in html


def test_the_page_of_one_gig(as_seller: Client, old_gig: Gig, counted: Counted) -> None:
    counted(old_gig, 0, 1_234, 56, 7)
    counted(old_gig, 3, 66, 4, 0)
    html = html_of(as_seller, f"/sell/gigs/{old_gig.pk}/statistics/?days=7")
    for text in ("Counted since 10 May 2026", "<b>1300</b>", "Wed 13 May", '<td data-value="56">56</td>', "11.7"):
        assert text in html, text
    assert html.count("data-chart") == 2  # nothing was received


def test_nothing_counted_yet(as_seller: Client, make_gig: MakeGig) -> None:
    assert "Nothing to count yet" in html_of(as_seller, "/sell/insights/")
    draft = make_gig(published=False)
    assert "Nothing to count yet" in html_of(as_seller, f"/sell/gigs/{draft.pk}/statistics/")
    assert "Nothing counted yet" in html_of(as_seller, f"/sell/gigs/{make_gig().pk}/statistics/")
    assert "Nothing counted in these days" in html_of(as_seller, "/sell/insights/")


def test_the_csv(as_seller: Client, old_gig: Gig, counted: Counted) -> None:
    counted(old_gig, 0, 1_234, 56, 7, EUR=5_040, JPY=900)
    for address, name in (
        (f"/sell/gigs/{old_gig.pk}/statistics.csv?days=7", f"gig-{old_gig.pk}-2026-05-13.csv"),
        ("/sell/insights.csv?days=7", "insights-2026-05-13.csv"),
    ):
        answer = as_seller.get(address)
        lines = answer.content.decode("utf-8-sig").splitlines()
        assert (answer["Content-Type"], len(lines)) == ("text/csv; charset=utf-8", 8)
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer["Cache-Control"] == "private, no-store"
        received = '"Received after fees, in EUR","Received after fees, in JPY"'
        assert lines[:2] == [f"Day,Shown in lists,Opened,Ordered,{received}", "2026-05-07,0,0,0,0.00,0"]
        assert lines[-1] == "2026-05-13,1234,56,7,50.40,900"


def test_the_csvs_headings_are_in_the_readers_language(as_seller: Client, old_gig: Gig, seller: User) -> None:
    User.objects.filter(pk=seller.pk).update(language="es")
    answer = as_seller.get("/sell/insights.csv?days=7")
    assert answer.content.decode("utf-8-sig").startswith("Día,Visto en listas,Abierto,Pedido")


@pytest.mark.parametrize("name", ["statistics/", "statistics.csv"])
def test_others_learn_nothing_of_a_gig(as_buyer: Client, stranger: User, gig: Gig, name: str) -> None:
    address = f"/sell/gigs/{gig.pk}/{name}"
    assert as_buyer.get(address).status_code == 404
    other = Client()
    other.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert other.get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert as_buyer.post(address).status_code in {403, 405}


def test_others_see_their_own_gigs_alone(stranger: User, as_buyer: Client, old_gig: Gig, counted: Counted) -> None:
    counted(old_gig, 0, 1_234, 56, 7, EUR=5_040)
    other = Client()
    other.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    html = html_of(other, "/sell/insights/")
    assert old_gig.title not in html
    assert "1234" not in html
    assert "1234" not in other.get("/sell/insights.csv").content.decode()
    assert as_buyer.get("/sell/insights/").status_code == 302  # no seller
    assert Client().get("/sell/insights/").status_code == Client().get("/sell/insights.csv").status_code == 302


def test_a_place_is_of_what_can_be_found_where_it_was_counted(
    as_seller: Client, old_gig: Gig, seller: User, at: datetime
) -> None:
    def line() -> str:
        return html_of(as_seller, "/sell/insights/").partition(f'href="/sell/gigs/{old_gig.pk}/place/">')[2]

    entries.refresh_changed(NOON)
    ranks.count_ranks()
    assert line().startswith("Place 1 of 1 in Writing")
    Gig.objects.filter(pk=old_gig.pk).update(is_private=True, share_key="k" * 24)
    assert line().startswith("In no results now")
    Gig.objects.filter(pk=old_gig.pk).update(is_private=False)
    content = replace(content_of(old_gig), category_slug="design")
    api.edit_gig(gig_id=old_gig.pk, seller_id=seller.pk, content=content, version=old_gig.version, at=at)
    assert line().startswith("Its place is counted within six hours")


def test_the_numbers_of_a_gig_are_sentences(as_seller: Client, old_gig: Gig, counted: Counted, seller: User) -> None:
    counted(old_gig, 0, 2, 1, 1)
    assert '<b class="num">2</b> shown · <b class="num">1</b> opened · <b class="num">1</b> ordered' in html_of(
        as_seller, "/sell/insights/"
    )
    User.objects.filter(pk=seller.pk).update(language="es")
    html = html_of(as_seller, "/sell/insights/")
    assert '<b class="num">2</b> vistas en listas · <b class="num">1</b> visita · <b class="num">1</b> pedido' in html
