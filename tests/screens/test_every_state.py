"""Every situation of an order in real Chromium: for both sides, and for staff where they decide."""

from __future__ import annotations

import os

import pytest

from orders.models import Kind, Phase
from orders.states import State
from tests.screens.looking import Tour
from tests.screens.page import PAGE, PICTURES, page
from tests.screens.situations import SITUATIONS, Situation
from tests.screens.stage import BUYER, MODERATOR, QUEUE, SELLER, Staged

# Staging and looking at all of it takes a minute and a half.
pytestmark = pytest.mark.long


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: one.name)
def test_each(tour: Tour, situation: Situation) -> None:
    seen = tour.of(situation.name)
    assert seen.keys() == {BUYER, SELLER, *([MODERATOR] if situation.is_case else [])}
    assert {side: one.problems for side, one in seen.items()} == dict.fromkeys(seen, ())


def test_the_queue(tour: Tour) -> None:
    assert tour.of(QUEUE)[MODERATOR].problems == ()


def test_nothing_is_left_out(staged: Staged) -> None:
    assert staged.states == set(State)
    assert staged.phases == set(Phase)
    assert staged.proposals == set(Kind)


def test_the_page_in_the_docs_is_in_step(tour: Tour) -> None:
    now = page({name: tour.of(name) for name in tour.staged.views})
    if os.environ.get("WRITE_PICTURES"):
        PAGE.write_text(now)
    assert PAGE.read_text() == now


def test_every_picture_is_there() -> None:
    named = {part.partition('"')[0] for part in PAGE.read_text().split('src="screenshots/states/')[1:]}
    assert {path.name for path in PICTURES.iterdir()} == named
