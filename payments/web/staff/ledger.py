"""The ledger explorer: found by a term, read by reference, by account and by person, now or as of a day."""

from __future__ import annotations

from collections.abc import Iterable

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import api as people
from payments import owners
from payments.models import Account, Charge
from payments.selectors import explorer, search
from payments.selectors.search import Lead, Target
from payments.web.staff.asof import AsOf, as_of
from payments.web.staff.guards import treasurers_only

_CURSOR_SALT = "money.statement"


@treasurers_only
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """The platform's own accounts, and the way to all others."""
    moment = as_of(request)
    standings = explorer.platform_accounts(until=moment.until)
    return render(request, "payments/staff/ledger.html", {"as_of": moment, "standings": standings})


@treasurers_only
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """One match leads there at once."""
    term = request.GET.get("q", "").strip()[:200]
    found = search.leads(term)
    if len(found) == 1:
        return redirect(_address(found[0]))
    choices = [(lead, _address(lead)) for lead in found]
    return render(request, "payments/staff/found.html", {"term": term, "choices": choices})


def _address(lead: Lead) -> str:
    name = {
        Target.REFERENCE: "money:reference",
        Target.PERSON: "money:person",
        Target.OPERATION: "money:operation",
        Target.EVENT: "money:webhook",
        Target.DEED: "money:deed",
    }[lead.target]
    return reverse(name, args=[lead.id])


@treasurers_only
@require_safe
def reference(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything about the money of one order, deposit or withdrawal."""
    moment, after = as_of(request), _number(request.GET.get("after"))
    journal = explorer.journal(reference, until=moment.until, after=after)
    objects = explorer.objects_of(reference)
    if not journal.movements and not objects.charges and not objects.operations and not (after or moment.until):
        raise Http404
    standings = explorer.standings_of(reference, until=moment.until)
    context = {
        "reference": reference,
        "card": owners.describe([reference])[reference],
        "as_of": moment,
        "journal": journal,
        "is_first": not after,
        "standings": [standing for standing in standings if standing.balance],
        "objects": objects,
        "refundable": [charge for charge in objects.charges if _may_refund(charge)],
        "names": _names(
            [standing.account.owner_id for standing in standings],
            [charge.payer_id for charge in objects.charges],
            [release.payee_id for release in objects.releases],
        ),
    }
    return render(request, "payments/staff/reference.html", context)


def _may_refund(charge: Charge) -> bool:
    return charge.captured_minor > charge.refunded_minor + charge.lost_minor


def _names(*ids: Iterable[int]) -> dict[int, str]:
    wanted = {pk for group in ids for pk in group if pk}
    return {pk: person.name for pk, person in people.people(wanted).items()}


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else 0


@treasurers_only
@require_safe
def account(request: HttpRequest, pk: int) -> HttpResponse:
    found, moment = get_object_or_404(Account, pk=pk), as_of(request)
    statement = explorer.statement(found, until=moment.until, older_than=_cursor(request, found, moment))
    older = None
    if statement.older:
        token = signing.dumps([found.pk, moment.query, *statement.older], salt=_CURSOR_SALT, compress=True)
        older = f"?{moment.query}&below={token}".replace("?&", "?")
    context = {
        "account": found,
        "as_of": moment,
        "statement": statement,
        "older_url": older,
        "is_first": "below" not in request.GET,
        "names": _names([found.owner_id]),
        "charge": _charge_of(found),
        "card": owners.describe([found.reference])[found.reference] if found.reference else None,
    }
    return render(request, "payments/staff/account.html", context)


def _cursor(request: HttpRequest, account: Account, moment: AsOf) -> tuple[int, int] | None:
    """Where the page before ended and the balance there: signed, so that nobody shows a balance that never was."""
    try:
        pk, query, entry_id, balance = signing.loads(request.GET.get("below", ""), salt=_CURSOR_SALT)
    except (signing.BadSignature, ValueError):
        return None
    return (entry_id, balance) if (pk, query) == (account.pk, moment.query) else None


def _charge_of(account: Account) -> Charge | None:
    """A hold is named by its charge, which knows the reference."""
    return Charge.objects.filter(pk=account.reference).first() if account.kind == "hold" else None


@treasurers_only
@require_safe
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """What somebody owns, owes and paid."""
    moment, who = as_of(request), people.person(user_id)
    after, with_empty = _number(request.GET.get("after")), "all" in request.GET
    standings, next_after = explorer.accounts_of(user_id, until=moment.until, after=after, empty=with_empty)
    connected, payouts = explorer.payouts_of(user_id)
    charges = list(explorer.paid_by(user_id))
    references = {standing.account.reference for standing in standings} | {charge.reference for charge in charges}
    context = {
        "who": who,
        "email": people.email_of(user_id),
        "as_of": moment,
        "totals": explorer.totals_of(user_id, until=moment.until),
        "standings": standings,
        "next_url": f"?after={next_after}&{moment.query}{'&all=1' if with_empty else ''}" if next_after else "",
        "with_empty": with_empty,
        "connected": connected,
        "payouts": payouts,
        "charges": charges,
        "debts": explorer.debts_of(user_id),
        "cards": owners.describe([reference for reference in references if reference]),
    }
    return render(request, "payments/staff/person.html", context)
