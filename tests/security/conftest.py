"""A small market whose people all try to break it: hostile words in every field that takes words."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signing import dumps
from django.test import Client

from accounts import api as accounts
from accounts.models import ApiToken, User
from gigs import api as gigs
from gigs.bulk import services as bulk
from gigs.bulk.carrying_out import go_on
from gigs.contracts import CatalogueQuery
from gigs.favourites import items, lists
from gigs.favourites.target import Target
from gigs.models import Concern, Gig, GigReview, SavedList, SavedSearch
from gigs.reviewing import concerns, policy
from gigs.reviewing.states import Mode
from gigs.saved_searches import services as saved_searches
from gigs.saved_searches.states import Pace
from inbox import api as inbox
from inbox import links, quick_replies, reports
from inbox.models import MessageFile, Notification, Report
from marketplace.kernel import clock
from marketplace.kernel.models import StoredFile
from marketplace.kernel.uploads.places import Place
from orders import api as orders
from orders.models import Order
from orders.services import calendar
from orders.services.talk import say
from payments import api as payments
from payments.documents.missing import issue_missing
from payments.errors import ProviderAway
from payments.models import Account, Document, StripeOperation
from payments.pockets.services import PocketDraft, add_pocket
from tests.gigs.bulk.conftest import as_file
from tests.gigs.conftest import CONTENT
from tests.orders.scenes import QUESTIONS, Desk, get, stored
from tests.security import storefront

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7|add:7 }}%s"
NAME = "Eve \"'><img src=x onerror=alert(1)>"
BACKEND = "django.contrib.auth.backends.ModelBackend"
ROLES = ("anonymous", "stranger", "buyer", "seller", "moderator")


@dataclass
class Market:
    """Everything that an address may point at."""

    people: dict[str, User]
    active: Gig
    paused: Gig
    draft: Gig
    pending: Order
    waiting: Order
    delivered: Order
    disputed: Order
    completed: Order
    conversation: uuid.UUID
    message_file: uuid.UUID
    delivery_file: uuid.UUID
    answer_file: uuid.UUID
    evidence_file: uuid.UUID
    notice: int
    token: int
    key: str
    document: uuid.UUID
    working: Order
    review: int
    report: int
    round: int
    concern: int
    gig_import: uuid.UUID
    pocket: int

    def client(self, role: str, **options: Any) -> Client:
        """A browser of this role; a crash is an answer with 500, as a visitor sees it."""
        client = Client(raise_request_exception=False, **options)
        if role in self.people:
            client.force_login(self.people[role], backend=BACKEND)
        return client


def _people(at: Any) -> dict[str, User]:
    made = {
        role: User.objects.create_user(f"{role}@example.org", "a long enough password", display_name=f"{NAME} {role}")
        for role in ("stranger", "buyer", "seller", "moderator")
    }
    User.objects.filter(pk=made["moderator"].pk).update(is_moderator=True)
    words = accounts.SellerWords(
        headline=HOSTILE[:100], bio=HOSTILE, languages=[("en", "native")], skills=[HOSTILE[:40]]
    )
    for role in ("seller", "stranger"):
        accounts.become_seller(user_id=made[role].pk, country="PT", at=at)
        accounts.save_seller_words(user_id=made[role].pk, words=words)
    return {role: User.objects.get(pk=user.pk) for role, user in made.items()}


def _gig(seller: User, at: Any, *, published: bool = True) -> Gig:
    words = {"title": HOSTILE[:80], "description": HOSTILE * 2, "tags": (HOSTILE[:30],), "checklist": (HOSTILE[:80],)}
    content = replace(CONTENT, **words)  # type: ignore[arg-type]
    pk = gigs.create_gig(seller_id=seller.pk, content=content, at=at, cover="covers/aa/" + "a" * 32)
    if published:
        gigs.publish(gig_id=pk, seller_id=seller.pk, at=at)
    return Gig.objects.get(pk=pk)


def _keep(buyer: User, gig: Gig, at: Any) -> None:
    """A shared list with a gig in it, and a search, all with hostile words."""
    shop = lists.create(owner_id=buyer.pk, name=HOSTILE[:60], at=at)
    lists.share(list_id=shop, owner_id=buyer.pk)
    items.save(owner_id=buyer.pk, target=Target("gig", gig.pk), at=at, list_id=shop, note=HOSTILE)
    query = CatalogueQuery(text=HOSTILE)
    saved_searches.save(owner_id=buyer.pk, query=query, name=HOSTILE, pace=Pace.DAILY, at=at)


def _import(seller: User, gig: Gig, at: Any) -> uuid.UUID:
    """A file full of hostile words, carried out: the gig has a former version by it."""
    changed = {"id": str(gig.pk), "category": "writing", "title": gig.title, "tags": "evil"}
    new = {"category": HOSTILE, "title": HOSTILE[:80], HOSTILE: HOSTILE}
    name = HOSTILE.replace("/", "") + ".csv"
    upload = SimpleUploadedFile(name, as_file([changed, new, {**new, "category": "writing"}]))
    files = Place(seller.pk, "gig-import", at).gather([upload], [])
    import_id = bulk.begin(seller_id=seller.pk, upload_ids=files, language="en", at=at)
    go_on(import_id, at)
    bulk.confirm(import_id=import_id, seller_id=seller.pk, at=at)
    go_on(import_id, at)
    gig.refresh_from_db()
    return import_id


def _upload() -> SimpleUploadedFile:
    return SimpleUploadedFile(HOSTILE.replace("/", "") + ".html", b"<script>alert(1)</script>")


@pytest.fixture
def market(db: None, monkeypatch: pytest.MonkeyPatch) -> Market:
    for name in ("checkout_url", "sync_charge", "onboarding_url", "refresh_gate"):
        monkeypatch.setattr(payments, name, _away)
    at = clock.now() - timedelta(hours=6)
    gigs.load_categories()
    people = _people(at)
    buyer, seller = people["buyer"], people["seller"]
    active, paused, draft = _gig(seller, at), _gig(seller, at), _gig(seller, at, published=False)
    gigs.pause(gig_id=paused.pk, seller_id=seller.pk, at=at)
    desk = Desk(buyer, seller, people["moderator"], at)
    desk.terms = replace(desk.terms, title=HOSTILE, checklist=(HOSTILE, "two"))
    source: dict[str, Any] = {"source_kind": "gig", "source_ref": str(active.pk)}
    answer = stored(HOSTILE.replace("/", "") + ".html", buyer, at)
    asked = replace(desk.terms, questions=(*QUESTIONS, replace(QUESTIONS[0], key="file", kind="file", required=False)))
    waiting = desk.pay(desk.pending(terms=asked, answers={"file": str(answer.pk), "more": HOSTILE}, **source), at)
    delivered, disputed = desk.delivered(), desk.delivered()
    evidence = stored("proof.svg", buyer, at)
    desk.dispute(disputed, at + timedelta(hours=2), statement=HOSTILE, files=[evidence])
    desk.answer(disputed, at + timedelta(hours=3))
    files = Place(buyer.pk, "talk", at).gather([_upload()], [])
    say(delivered, buyer.pk, body=HOSTILE, files=files, key="k1", at=at + timedelta(hours=2))
    both, about = [buyer.pk, seller.pk], f"gig:{active.pk}:{buyer.pk}"
    talk = inbox.open_conversation(reference=about, title=active.title, url="", participant_ids=both, at=at)
    inbox.post_message(conversation_id=talk, author_id=buyer.pk, body=HOSTILE, files=[], key="k2", at=at)
    key = accounts.create_token(user_id=buyer.pk, name=HOSTILE[:60], at=at)
    completed = desk.completed()
    working = desk.pay(desk.pending(terms=asked, answers={"more": HOSTILE}, **source), at)
    orders.start(order_id=working.pk, actor_id=seller.pk, at=at)
    wish = {"key": "more", "text": HOSTILE * 2, "files": [], "reason": HOSTILE}
    orders.ask_answer_change(order_id=working.pk, actor_id=buyer.pk, at=at, **wish)  # type: ignore[arg-type]
    reviewed = desk.completed()
    for person in both:
        verdict = orders.Verdict(4, 4, 4, 4, HOSTILE)
        orders.review(order_id=reviewed.pk, actor_id=person, verdict=verdict, at=at + timedelta(hours=3))
    review = reviewed.reviews.get(role="buyer")
    orders.reply_to_review(review_id=review.pk, actor_id=seller.pk, text=HOSTILE, at=clock.now())
    issue_missing(clock.now())
    _keep(buyer, active, at)
    reports.send(conversation_id=talk, reporter_id=buyer.pk, reason="other", text=HOSTILE, at=at)
    quick_replies.keep(owner_id=buyer.pk, name=HOSTILE[:40], body=HOSTILE)
    storefront.fill(buyer, seller, completed, at, HOSTILE)
    round_id, concern_id = _looked_at(seller, people["stranger"], active, at)
    return Market(
        people=people, active=active, paused=paused, draft=draft,
        pending=desk.pending(**source), waiting=get(waiting.pk), delivered=delivered, disputed=get(disputed.pk),
        completed=completed, conversation=talk,
        message_file=MessageFile.objects.get().file_id,
        delivery_file=delivered.deliveries.get().files.get().file_id,
        answer_file=answer.pk, evidence_file=evidence.pk,
        notice=Notification.objects.filter(recipient_id=buyer.pk).earliest("pk").pk,
        token=ApiToken.objects.get().pk, key=key,
        document=Document.objects.filter(kind="seller_invoice").earliest("pk").pk,
        report=Report.objects.get().pk, working=get(working.pk), review=review.pk, round=round_id, concern=concern_id,
        gig_import=_import(seller, active, at),
        pocket=add_pocket(user_id=seller.pk, draft=PocketDraft(HOSTILE[:40], 30), at=at).pk,
    )  # fmt: skip


def _looked_at(seller: User, reporter: User, gig: Gig, at: Any) -> tuple[int, int]:
    """A gig that waits for staff, and one that was reported."""
    policy.choose(mode=Mode.NEW, by_id=None, at=at)
    waiting = GigReview.objects.get(gig=_gig(seller, at))
    policy.choose(mode=Mode.NOTHING, by_id=None, at=at)
    concerns.report(gig_id=gig.pk, by_id=reporter.pk, reason="other", text=HOSTILE, at=at)
    return waiting.pk, Concern.objects.get(gig=gig).pk


def _away(*_args: Any, **_options: Any) -> str:
    raise ProviderAway


Arguments = Callable[[Market], dict[str, Any]]


def addresses(market: Market) -> dict[str, dict[str, Any]]:
    """The arguments of every address that has some, by "name" or "name/which"."""
    gig = {"pk": market.active.pk}
    token = dumps([market.people["buyer"].pk, "message_received"], salt="inbox.unsubscribe")
    found: dict[str, dict[str, Any]] = {
        "pages:public_file": {"path": "covers/none.webp"},
        "pages:help_article": {"slug": "refunds"},
        "pages:legal_version": {"kind": "terms", "language": "en", "number": 1},
        "pages:sitemap": {"section": "gigs"},
        "setup:act": {"do": "mail"},
        "setup:start": {"word": "guess"},
        "setup:stylesheet": {"mark": "0" * 12},
        "gigs:category": {"slug": "writing"},
        "gigs:detail": {**gig, "slug": market.active.slug},
        "gigs:detail/paused": {"pk": market.paused.pk, "slug": market.paused.slug},
        "gigs:detail/draft": {"pk": market.draft.pk, "slug": market.draft.slug},
        "gigs:quote/draft": {"pk": market.draft.pk},
        "gigs:why/draft": {"pk": market.draft.pk},
        "gigs:ask/draft": {"pk": market.draft.pk},
        "gigs:order/draft": {"pk": market.draft.pk},
        "gigs:act": {**gig, "action": "pause"},
        "gigs:edit_step": {**gig, "slug": "what"},
        "gigs:gallery_remove": {**gig, "item_id": 1},
        "inbox:conversation": {"conversation_id": market.conversation},
        "inbox:file": {"file_id": market.message_file},
        "inbox:open_notice": {"notice_id": market.notice},
        "inbox:unsubscribe": {"token": token},
        "inbox:unsubscribe/forged": {"token": "1:message_received"},
        "money:close_difference": {"difference_id": 1},
        "accounts:revoke_token": {"token_id": market.token},
        "accounts:profile": {"handle": market.people["seller"].handle},
        "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
        "api-gig": gig,
        "api-gig/draft": {"pk": market.draft.pk},
    }
    found |= dict.fromkeys(
        ["gigs:why", "gigs:quote", "gigs:ask", "gigs:order", "gigs:edit", "gigs:preview", "gigs:look", "gigs:room"], gig
    )
    found |= dict.fromkeys(["gigs:gallery", "gigs:gallery_progress"], gig)
    found |= _kept(market)
    found |= dict.fromkeys(["gigs:dismiss_hint", "gigs:place", "gigs:statistics", "gigs:statistics_csv"], gig)
    found |= dict.fromkeys(["gigs:report", "gigs:check", "gigs:standing", "gigs:withdraw", "gigs:staff_look"], gig)
    found["gigs:staff_next"] = {"which": "new"}
    found["gigs:staff_round"], found["gigs:staff_concern"] = {"round_id": market.round}, {"concern_id": market.concern}
    found["gigs:staff_claim_round"] = {"round_id": market.round, "do": "claim"}
    found["gigs:staff_claim_concern"] = {"concern_id": market.concern, "do": "claim"}
    found |= dict.fromkeys(["gigs:duplicate", "gigs:versions"], gig)
    found |= dict.fromkeys(["gigs:version", "gigs:version_restore"], {**gig, "number": 1})
    imported = {"import_id": market.gig_import}
    found |= dict.fromkeys([f"gigs:import{part}" for part in ("", "_confirm", "_cancel", "_report")], imported)
    handle = {"handle": market.people["seller"].handle}
    found |= {"inbox:write": handle, "inbox:block": handle}
    found |= storefront.addresses(market.active.pk, market.draft.pk, market.completed.pk, handle)
    talk = {"conversation_id": market.conversation}
    found |= {f"inbox:{name}": talk for name in ("news", "archive", "report")}
    found["inbox:leave"] = {"token": links.warned("https://evil.example/").split("/")[-2]}
    found["inbox:remove_device"] = {"device_id": 1}
    found["inbox:staff_report"] = {"report_id": market.report}
    found["accounts:end_session"], found["accounts:copy"] = {"session_id": 1}, {"export_id": 1}
    found |= dict.fromkeys(["mfa_edit_webauthn", "mfa_remove_webauthn"], {"pk": 1})
    found["uploads:item"] = {"upload_id": uuid.UUID(int=1)}
    return found | _orders(market) | _cases(market) | _offers(market) | _payments(market) | _money(market)


def _payments(market: Market) -> dict[str, dict[str, Any]]:
    """Papers, refunds that came back, and what a seller plans."""
    month = {"month": f"{clock.now():%Y-%m}", "currency": "EUR"}
    done = market.completed
    return {
        **dict.fromkeys(["payments:document", "payments:staff_document"], {"document_id": market.document}),
        **dict.fromkeys(["payments:statement_pdf", "payments:statement_csv"], month),
        **dict.fromkeys(["payments:change_pocket", "payments:remove_pocket"], {"pocket_id": market.pocket}),
        **dict.fromkeys(["payments:try_card_again", "payments:to_bank"], {"refund_id": uuid.UUID(int=1)}),
        "payments:forecast_csv": {"currency": "EUR"},
        "payments:order_time": {"reference": done.reference},
        "payments:typical_time": {"subject": f"{done.source_kind}:{done.source_ref}"},
    }


def _kept(market: Market) -> dict[str, dict[str, Any]]:
    """A list and a search of the buyer's; the list is shared."""
    shop, search = SavedList.objects.get(is_first=False), SavedSearch.objects.get()
    gig, draft = {"pk": market.active.pk}, {"pk": market.draft.pk}
    found: dict[str, dict[str, Any]] = dict.fromkeys(["gigs:save_gig", "gigs:similar"], gig)
    found |= dict.fromkeys(["gigs:save_gig/draft", "gigs:similar/draft"], draft)
    found |= {f"gigs:saved_{name}": {"list_id": shop.pk} for name in ("list", "edit", "act")}
    found |= {f"gigs:saved_search_{name}": {"search_id": search.pk} for name in ("edit", "open", "delete")}
    found["gigs:save_seller"] = {"pk": market.people["seller"].pk}
    found["gigs:saved_shared"] = {"key": shop.share_key}
    return found | {"gigs:saved_shared/private": {"key": "x" * 24}}


def _orders(market: Market) -> dict[str, dict[str, Any]]:
    """An order in several states, its files and its reviews."""
    found: dict[str, dict[str, Any]] = {}
    for which in ("pending", "waiting", "delivered", "disputed", "completed"):
        order = {"order_id": getattr(market, which).pk}
        found |= {f"orders:detail/{which}": order, f"orders:trouble/{which}": order}
        found |= {f"orders:act/{which}/{action}": {**order, "action": action} for action in _ACTIONS[which]}
    order = {"order_id": market.delivered.pk}
    found |= dict.fromkeys(
        ["orders:pay", "orders:message", "orders:deliveries", "api-order", "orders:dispute/none"], order
    )
    working = {"order_id": market.working.pk}
    found["orders:change_answer"] = {**working, "key": "tone"}
    found["orders:settle_answer"] = {**working, "change_id": 1, "verdict": "take"}
    found |= dict.fromkeys(["orders:client", "orders:client_write"], {"client_id": market.people["buyer"].pk})
    found["orders:reviews"] = {"handle": market.people["seller"].handle}
    found["orders:calendar_feed"] = {"token": calendar.token_of(market.people["buyer"].pk)}
    found |= dict.fromkeys(["orders:reply", "orders:remove_review"], {"review_id": market.review})
    found["orders:preview"] = {"file_id": market.delivery_file}
    found["orders:picture"] = {"file_id": market.delivery_file, "number": 1}
    for which in ("answer", "delivery", "evidence", "message"):
        found[f"orders:file/{which}"] = {"file_id": getattr(market, f"{which}_file")}
    return found


def _cases(market: Market) -> dict[str, dict[str, Any]]:
    """What moderators do: a case, and people who are out."""
    case = {"order_id": market.disputed.pk}
    on_a_case = [
        "dispute",
        "split_preview",
        "confirm_decision",
        "claim_case",
        "release_case",
        "note_case",
        "ask_question",
    ]
    somebody = {"user_id": market.people["seller"].pk}
    return {
        **{f"orders:{name}": case for name in on_a_case},
        "accounts:suspension": somebody,
        "accounts:lift_suspension": somebody,
        "accounts:answer_suspension_appeal": {**somebody, "suspension_id": 1},
    }


def _offers(market: Market) -> dict[str, dict[str, Any]]:
    nothing = {"offer_id": uuid.UUID(int=1)}
    found: dict[str, dict[str, Any]] = {"gigs:offer_new": {"conversation_id": market.conversation}}
    return found | {f"gigs:offer_{act}": nothing for act in ("counter", "decline", "withdraw", "agree", "order")}


def _money(market: Market) -> dict[str, dict[str, Any]]:
    """The treasurers' pages, each about something that exists."""
    op = StripeOperation.objects.filter(reference=market.delivered.reference).earliest("id")
    some = {"pk": op.pk}
    of_rows = ["operation", "operation_retry", "operation_look", "deed", "deed_confirm", "deed_decline", "chargeback",
               "chargeback_send", "reissue"]  # fmt: skip
    return {
        **{f"money:{name}": some for name in of_rows},
        "money:reference": {"reference": market.delivered.reference},
        "money:account": {"pk": Account.objects.earliest("id").pk},
        "money:person": {"user_id": market.people["buyer"].pk},
        "money:stripe_object": {"identifier": "ch_1"},
        "money:webhook": {"pk": 1},
        "money:webhook_replay": {"pk": 1},
        "money:brake_pull": {"name": "refunds"},
        "money:brake_lift": {"name": "refunds"},
        "money:deed_new": {"kind": "deposit"},
    }


# fmt: off
_ACTIONS: dict[str, tuple[str, ...]] = {
    "pending": ("save",),
    "waiting": ("submit", "save", "start", "cancel"),
    "delivered": ("accept", "request_revision", "open_dispute", "extend_review", "place"),
    "disputed": (
        "answer_dispute", "withdraw", "offer", "appeal", "waive", "decide", "cancel_held", "answer_question",
        "tell_bank",
    ),
    "completed": ("review", "claim"),
}
# fmt: on


@pytest.fixture
def files_of(market: Market) -> Callable[[], int]:
    return lambda: StoredFile.objects.count()
