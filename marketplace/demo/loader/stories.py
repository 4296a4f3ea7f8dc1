"""The stories that the demo's orders tell: one for every state that an order can be in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import orders.api
from marketplace.demo.content import DisputeStory, ReviewText
from marketplace.demo.loader.scene import Scene
from marketplace.demo.roles import ROLES

Story = Callable[[Scene, "Stage"], None]


@dataclass(frozen=True)
class Stage:
    """What stories need besides their people."""

    now: datetime
    review: ReviewText
    dispute: DisputeStory
    moderator_id: int


def _work(scene: Scene, share: float) -> None:
    """From order to the moment where this share of the promise is over."""
    _begin(scene)
    scene.wait(scene.promise * share)


def _begin(scene: Scene) -> None:
    scene.place()
    scene.wait(2)
    scene.pay()
    scene.wait(3)
    scene.brief()
    scene.wait(5)
    scene.talk()


def _delivered(scene: Scene) -> None:
    _work(scene, scene.random.uniform(0.3, 0.8))
    scene.deliver()


def _ago(scene: Scene, stage: Stage, **span: float) -> None:
    scene.at = stage.now - timedelta(**span)


def completed(scene: Scene, stage: Stage) -> None:
    _ago(scene, stage, days=scene.random.uniform(14, 150))
    _delivered(scene)
    if scene.random.random() < 0.25 and scene.gig.data.packages[0].revisions:
        scene.wait(scene.random.randrange(30, 300))
        scene.revise()
        scene.wait(scene.random.randrange(30, 200))
        scene.deliver(scene.exchange.second_delivery)
    scene.wait(scene.random.randrange(20, 600))
    scene.accept()
    scene.wait(scene.random.randrange(5, 300))
    scene.review(stage.review)
    scene.catch_up(stage.now)


def clearing(scene: Scene, stage: Stage) -> None:
    _ago(scene, stage, minutes=scene.promise + 400)
    _delivered(scene)
    scene.at = stage.now - timedelta(minutes=scene.random.randrange(20, 300))
    scene.accept()
    if scene.buyer.email != ROLES["client"].email:  # whose desk asks for one
        scene.review(stage.review, by_seller=False)


def accepted_by_silence(scene: Scene, stage: Stage) -> None:
    _ago(scene, stage, days=scene.random.uniform(20, 60))
    _delivered(scene)
    scene.catch_up(stage.now)


def waiting_for_payment(scene: Scene, stage: Stage) -> None:
    _ago(scene, stage, minutes=4)
    scene.place()


def waiting_for_answers(scene: Scene, stage: Stage) -> None:
    _ago(scene, stage, hours=scene.random.uniform(1, 20))
    scene.place()
    scene.wait(2)
    scene.pay()


def working(scene: Scene, stage: Stage) -> None:
    _ago(scene, stage, minutes=scene.promise * scene.random.uniform(0.15, 0.6) + 12)
    _begin(scene)


def late(scene: Scene, stage: Stage) -> None:
    _ago(scene, stage, minutes=scene.promise + 55)
    _begin(scene)
    scene.catch_up(stage.now)


def very_late(scene: Scene, stage: Stage) -> None:
    _ago(scene, stage, minutes=scene.promise * 1.3 + 26 * 60)
    _begin(scene)
    scene.catch_up(stage.now)


def delivered(scene: Scene, stage: Stage) -> None:
    _ago(scene, stage, minutes=scene.promise * 0.9 + scene.random.randrange(60, 1800))
    _delivered(scene)
    scene.catch_up(stage.now)


def in_revision(scene: Scene, stage: Stage) -> None:
    _ago(scene, stage, minutes=scene.promise + 240)
    _delivered(scene)
    scene.at = stage.now - timedelta(minutes=90)
    scene.revise()


def cancelled_while_waiting(scene: Scene, stage: Stage) -> None:
    _ago(scene, stage, days=scene.random.uniform(2, 40))
    scene.place()
    scene.wait(2)
    scene.pay()
    scene.wait(60)
    orders.api.cancel(order_id=scene.order_id, actor_id=scene.buyer.id, at=scene.at)


def cancelled_by_seller(scene: Scene, stage: Stage) -> None:
    _ago(scene, stage, days=scene.random.uniform(2, 40))
    _begin(scene)
    reason = "My internet line was cut by roadworks and I cannot keep the time. I am sorry."
    orders.api.seller_cancel(order_id=scene.order_id, actor_id=scene.seller.id, reason=reason, at=scene.at)


def cancelled_late(scene: Scene, stage: Stage) -> None:
    _ago(scene, stage, days=scene.random.uniform(12, 30))
    _begin(scene)
    scene.wait(scene.promise * 1.3 + 30 * 60)
    scene.catch_up(scene.at)
    orders.api.cancel_late(order_id=scene.order_id, actor_id=scene.buyer.id, at=scene.at)


def dispute_opened(scene: Scene, stage: Stage) -> None:
    _ago(scene, stage, minutes=scene.promise + 500)
    _delivered(scene)
    scene.at = stage.now - timedelta(hours=scene.random.uniform(2, 10))
    scene.dispute(stage.dispute)


def dispute_answered(scene: Scene, stage: Stage) -> None:
    dispute_opened(scene, stage)
    scene.wait(50)
    scene.answer(stage.dispute)


def dispute_to_decide(scene: Scene, stage: Stage) -> None:
    _ago(scene, stage, minutes=scene.promise + 5 * 1440)
    _delivered(scene)
    scene.at = stage.now - timedelta(hours=76)
    scene.dispute(stage.dispute)
    scene.wait(90)
    scene.answer(stage.dispute)
    scene.catch_up(stage.now)


def dispute_decided(scene: Scene, stage: Stage) -> None:
    dispute_to_decide(scene, stage)
    scene.at = stage.now - timedelta(hours=3)
    scene.decide(stage.dispute, stage.moderator_id)


def dispute_settled(scene: Scene, stage: Stage) -> None:
    _ago(scene, stage, days=scene.random.uniform(25, 60))
    _delivered(scene)
    scene.wait(200)
    scene.dispute(stage.dispute)
    scene.wait(90)
    scene.answer(stage.dispute)
    scene.wait(4 * 1440)
    scene.catch_up(scene.at)
    scene.decide(stage.dispute, stage.moderator_id)
    scene.catch_up(stage.now)


# Their money has cleared by now.
LONG_AGO = frozenset({completed, accepted_by_silence, dispute_settled})

# How often each story is told; every third concerns one of the demo's own two people.
PROGRAMME: tuple[tuple[Story, int], ...] = (
    (completed, 104),
    (accepted_by_silence, 8),
    (clearing, 8),
    (working, 14),
    (delivered, 10),
    (in_revision, 6),
    (late, 4),
    (very_late, 3),
    (waiting_for_answers, 7),
    (waiting_for_payment, 3),
    (cancelled_while_waiting, 4),
    (cancelled_by_seller, 3),
    (cancelled_late, 3),
    (dispute_opened, 3),
    (dispute_answered, 3),
    (dispute_to_decide, 4),
    (dispute_decided, 2),
    (dispute_settled, 4),
)

# Stories whose moments are minutes after the promise need a clock that never sleeps.
AROUND_THE_CLOCK = frozenset({late, very_late, cancelled_late, working})
# Stories in which nothing is asked would go on by themselves.
NEEDS_QUESTIONS = frozenset({waiting_for_answers, cancelled_while_waiting})

# Their words are about one craft, so they happen on a gig of that craft.
DISPUTES = frozenset({dispute_opened, dispute_answered, dispute_to_decide, dispute_decided, dispute_settled})
