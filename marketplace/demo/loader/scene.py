"""One order of the demo, step by step through the product's own services, at moments of its own."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

import gigs.api
import inbox.api
import orders.api
import payments.api
from marketplace.demo.art.deliverables import sample_file
from marketplace.demo.content import DisputeStory, Exchange, GigData, ReviewText
from marketplace.demo.loader import stripe_pages
from marketplace.kernel import clock, files
from marketplace.kernel.models import StoredFile
from marketplace.kernel.money import Money

# What the stories call a ground, as the product's list has it.
_GROUNDS = {
    "incomplete": "not_as_described",
    "does_not_work": "wrong_files",
    "buyer_unresponsive": "unreachable",
}
_ALL = 1_000  # reviews that one seller may have here
_THANKS = (
    "Thank you. A brief like yours is half the work.",
    "Thank you, it was a pleasure. The files stay here if you need them again.",
    "Thank you for the kind words, and for answering so fast.",
)


@dataclass(frozen=True)
class Party:
    id: int
    name: str
    email: str


@dataclass(frozen=True)
class Listed:
    """A published gig with what the stories need of it."""

    id: int
    data: GigData
    seller: Party


@dataclass
class Scene:
    """``at`` is the story's own clock; ``wait`` moves it."""

    key: str
    gig: Listed
    buyer: Party
    exchange: Exchange
    random: Random
    at: datetime
    order_id: uuid.UUID = uuid.UUID(int=0)

    def wait(self, minutes: float) -> None:
        self.at += timedelta(minutes=minutes)

    @property
    def seller(self) -> Party:
        return self.gig.seller

    @property
    def promise(self) -> int:
        """Minutes of the package that was bought."""
        return self.gig.data.packages[0].promised_minutes

    @property
    def price(self) -> Money:
        return orders.api.order_for(self.order_id, self.buyer.id).price

    def place(self) -> None:
        extras = frozenset({1}) if self.gig.data.extras and self.random.random() < 0.3 else frozenset[int]()
        request = gigs.api.OrderRequest(
            gig_id=self.gig.id,
            version=1,
            buyer_id=self.buyer.id,
            selection=gigs.api.Selection(package=1, quantity=1, extras=extras),
            form_key=self.key,
        )
        self.order_id = gigs.api.order(request, self.at)

    def pay(self) -> None:
        # The provider's page lives now, whenever the story happens.
        url = orders.api.checkout_url(order_id=self.order_id, buyer_id=self.buyer.id, at=clock.now())
        stripe_pages.pay(url, email=self.buyer.email, name=self.buyer.name)
        (charge,) = payments.api.charges_of(f"order:{self.order_id}")
        payments.api.sync_charge(charge.id, self.at)

    def brief(self) -> None:
        """Answers every question, where the gig asks any; then the clock runs."""
        texts, stored = {}, {}
        for number, question in enumerate(self.gig.data.questions, 1):
            if question.kind == "file":
                stored[f"q{number}"] = [self._file("brief", self.buyer.id)]
            else:
                texts[f"q{number}"] = self._answer(question.kind, question.choices)
        if self.gig.data.questions and any(question.required for question in self.gig.data.questions):
            orders.api.submit(order_id=self.order_id, actor_id=self.buyer.id, texts=texts, files=stored, at=self.at)

    def talk(self) -> None:
        for author, text in ((self.seller, self.exchange.question), (self.buyer, self.exchange.reply)):
            if text:
                self.say(author, text)
                self.wait(self.random.randrange(4, 20))

    def say(self, author: Party, text: str) -> None:
        reference = f"order:{self.order_id}"
        conversation = inbox.api.open_conversation(
            reference=reference, title="", url="", participant_ids=[self.buyer.id, self.seller.id], at=self.at
        )
        key = f"{self.key}:{len(inbox.api.messages(reference))}"
        inbox.api.post_message(
            conversation_id=conversation, author_id=author.id, body=text, files=[], key=key, at=self.at
        )

    def deliver(self, note: str = "") -> None:
        handover = orders.api.Handover(
            note=note or self.exchange.delivery,
            files=[self._file("work", self.seller.id)],
            checklist=frozenset(range(len(self.gig.data.checklist))),
        )
        orders.api.deliver(order_id=self.order_id, actor_id=self.seller.id, handover=handover, at=self.at)

    def revise(self) -> None:
        reason = (
            self.exchange.revision or "Very close. Please look at the second half again: the tone is a little stiff."
        )
        orders.api.request_revision(order_id=self.order_id, actor_id=self.buyer.id, reason=reason, at=self.at)

    def accept(self) -> None:
        if self.exchange.thanks:
            self.say(self.buyer, self.exchange.thanks)
        orders.api.accept(order_id=self.order_id, actor_id=self.buyer.id, at=self.at)

    def review(self, text: ReviewText, *, by_seller: bool = True) -> None:
        verdict = orders.api.Verdict(text.stars, text.stars, min(5, text.stars + 1), text.stars, text.text)
        orders.api.review(order_id=self.order_id, actor_id=self.buyer.id, verdict=verdict, at=self.at)
        if by_seller:
            back = orders.api.Verdict(5, 5, 5, 5, text.reply)
            orders.api.review(order_id=self.order_id, actor_id=self.seller.id, verdict=back, at=self.at)
            self._reply()

    def _reply(self) -> None:
        """Some sellers thank in public."""
        if self.random.randrange(3) == 0:
            written = orders.api.reviews_of(self.seller.id, limit=_ALL)
            this = next(review for review in written if review.order_id == self.order_id)
            text = self.random.choice(_THANKS)
            orders.api.reply_to_review(review_id=this.id, actor_id=self.seller.id, text=text, at=self.at)

    def dispute(self, story: DisputeStory) -> None:
        filer = self.seller if story.filed_by == "seller" else self.buyer
        back = self.price.portion(story.asked_percent, 100)
        ground = _GROUNDS.get(story.ground, story.ground)
        case = orders.api.Case(story.claim, back, ground, frozenset({0}), [self._file("claim", filer.id)])
        orders.api.open_dispute(order_id=self.order_id, actor_id=filer.id, case=case, at=self.at)

    def answer(self, story: DisputeStory) -> None:
        other = self.buyer if story.filed_by == "seller" else self.seller
        case = orders.api.Case(story.answer, self.price.portion(story.ANSWER_PERCENT, 100), "", frozenset())
        orders.api.answer_dispute(order_id=self.order_id, actor_id=other.id, case=case, at=self.at)

    def decide(self, story: DisputeStory, moderator_id: int) -> None:
        percent = 100 - story.buyer_percent
        orders.api.decide(
            order_id=self.order_id, moderator_id=moderator_id, percent=percent, reason=story.reason, at=self.at
        )

    def catch_up(self, now: datetime) -> None:
        """Carries out the timers that fell due in the meantime, each at its own moment."""
        while (due := orders.api.next_timer(self.order_id)) and due <= now:
            orders.api.run_due(due, order_id=self.order_id)

    def _answer(self, kind: str, choices: tuple[str, ...]) -> str:
        plain = {"link": "https://example.com/shop", "number": str(self.random.randrange(2, 40))}
        if kind == "choice":
            return self.random.choice(choices)
        if kind == "multiple":
            return "\n".join(choices[:2])
        if kind == "date":
            return (self.at + timedelta(days=9)).date().isoformat()
        return plain.get(kind, self.exchange.brief)

    def _file(self, purpose: str, owner_id: int) -> StoredFile:
        name, content = sample_file(self.gig.data.category, self.random.randrange(10_000))
        upload = UploadedFile(ContentFile(content, name), name, size=len(content))
        return files.store(upload, uploaded_by_id=owner_id, at=self.at)
