from __future__ import annotations

import pytest

from accounts import api as people
from marketplace.kernel import clock
from payments import owners
from tests.payments.outlook_scenes import Owner
from tests.payments.scenes import Scene


@pytest.fixture
def owner(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Owner:
    """The scene's seller sells; what they earned is of things that this owner knows. Now is the scene's moment."""
    people.become_seller(user_id=scene.seller.pk, country="IE", at=scene.at)
    found, moment = Owner(scene), scene.at
    monkeypatch.setattr(owners, "_owners", {"job": found})
    monkeypatch.setattr(clock, "_source", lambda: moment)
    return found
