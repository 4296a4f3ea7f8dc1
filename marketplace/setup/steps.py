"""The steps of the set-up, each with its state as facts tell it; templates/setup/_<name>.html show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import accounts.api
import gigs.api
import orders.api
import payments.api
from marketplace.kernel import currencies, identity, outbox
from marketplace.setup import legal, look
from marketplace.setup.models import SetupStep

BACKUP_IS_OLD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Step:
    """``state`` says in words how things are; ``problem``, what stands in the way."""

    name: str
    label: str
    state: str
    is_done: bool
    problem: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def template(self) -> str:
        return f"setup/_{self.name}.html"


def steps(at: datetime) -> list[Step]:
    """In the order in which they are best done. The number of queries does not grow with anything."""
    noted = {row.name: row for row in SetupStep.objects.select_related("by")}
    return [
        _staff(),
        _look(),
        _categories(),
        _fees(noted.get("fees")),
        _legal(),
        _payment(noted.get("payment")),
        _mail(noted.get("mail")),
        _backup(noted.get("backup"), at),
    ]


def _staff() -> Step:
    has = accounts.api.has_operator()
    state = _("There is an account that may do everything. Protect it with a second step at sign-in.")
    return Step("staff", _("Staff account"), state if has else _("Nobody may do everything yet."), has)


def _look() -> Step:
    chosen = look.current().chosen_at is not None
    named = _("The site is called %(name)s.")
    unnamed = _("The site is called %(name)s. Choose its name, logo and colours, or keep them.")
    return Step("look", _("Name and logo"), (named if chosen else unnamed) % {"name": identity.name()}, chosen)


def _categories() -> Step:
    count = gigs.api.count_categories()
    state = ngettext("%(count)s category.", "%(count)s categories.", count) % {"count": count}
    return Step("categories", _("Categories"), state if count else _("No categories yet."), count > 0)


def _fees(noted: SetupStep | None) -> Step:
    rules = orders.api.rules(currencies.default())
    state = _("You looked at them.") if noted else _("Look at what the site keeps of each order.")
    return Step("fees", _("Fees"), state, noted is not None, facts={"rules": rules, "noted": noted})


def _legal() -> Step:
    lacking, skeletons = legal.lacking(), legal.skeletons()
    if skeletons:
        state = _("Visitors read a skeleton, not your own words: %(texts)s.") % {"texts": ", ".join(skeletons)}
    else:
        state = _("%(name)s runs this site.") % {"name": settings.OPERATOR_LEGAL_NAME or settings.OPERATOR_NAME}
    problem = _("Set %(names)s in the environment.") % {"names": ", ".join(lacking)} if lacking else ""
    return Step("legal", _("Legal texts"), state, not lacking and not skeletons, problem)


def _payment(noted: SetupStep | None) -> Step:
    endpoints = payments.api.webhook_states()
    asked = noted.detail if noted else {}
    there = asked.get("registered", [])
    shown: list[dict[str, Any]] = [{"endpoint": one, "is_registered": one.source in there} for one in endpoints]
    answered = bool(asked.get("answered"))
    problem = str(asked.get("problem", ""))
    if not answered:
        state = _("Not tried yet: one call shows whether the key works.")
    elif asked.get("is_live"):
        state = _("The provider answers, and the key moves real money.")
    else:
        state = _("The provider answers. The key is a test key: no real money moves.")
    is_done = answered and not problem and all(one["is_registered"] and one["endpoint"].has_secret for one in shown)
    facts = {"noted": noted, "endpoints": shown, "has_key": bool(settings.STRIPE_SECRET_KEY), "answered": answered}
    return Step("payment", _("Payment provider"), state, is_done, problem, facts)


def _mail(noted: SetupStep | None) -> Step:
    if noted is None:
        return Step("mail", _("Test mail"), _("Send one to yourself."), is_done=False)
    to, sent = noted.detail["to"], outbox.outcome(noted.detail["key"])
    if sent.is_done:
        state = _("Handed to the mail server, to %(address)s. Look whether it arrived.") % {"address": to}
    elif sent.error:
        state = _("Not sent to %(address)s.") % {"address": to}
    else:
        state = _("On its way to %(address)s. Load this page again in a moment; a worker has to run.") % {"address": to}
    return Step("mail", _("Test mail"), state, sent.is_done, sent.error, {"noted": noted})


def _backup(noted: SetupStep | None, at: datetime) -> Step:
    if noted is None:
        return Step("backup", _("Backup"), _("None was made yet."), is_done=False)
    is_old = noted.at < at - BACKUP_IS_OLD
    problem = _("The last one is more than a week old.") if is_old else ""
    return Step("backup", _("Backup"), _("Made."), is_done=True, problem=problem, facts={"noted": noted})
