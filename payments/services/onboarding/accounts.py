"""Sellers' accounts at the provider: made when first asked for, re-read when it matters, replaced when they must."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from payments import locks
from payments.contracts import PayoutGate, PayoutStatus
from payments.errors import NothingToReplace, ProviderAway, ProviderRefused
from payments.gateway import accounts as gateway
from payments.gateway.errors import GatewayError, Refused
from payments.models import ConnectedAccount, OperationKind, OperationState
from payments.operations import executor, queue
from payments.selectors.gate import payout_status
from payments.services.onboarding.recording import SAFETY_STOP, record_account
from payments.services.transfers import send_waiting

_SALT = "payments.onboarding"
_LINK_SECONDS = 86_400


def onboarding_url(*, user_id: int, email: str, country: str, at: datetime) -> str:
    """Where the seller tells the provider who they are; good for one visit. Outside any transaction.

    Makes the connected account the first time. Raises ProviderAway, ProviderRefused.
    """
    account = _account_of(user_id, email, country, at)
    if not account.stripe_id:
        _make(account, at)
        account.refresh_from_db()
    # The way back names whose account it was: a link that somebody else used must not pass for theirs.
    mark = signing.dumps(str(account.id), salt=_SALT)
    back = settings.SITE_URL + reverse("payments:onboarding_return") + f"?account={mark}"
    again = settings.SITE_URL + reverse("payments:earnings") + "?again=1"
    try:
        return gateway.onboarding_link(account.stripe_id, return_url=back, refresh_url=again)
    except Refused as error:
        raise ProviderRefused from error
    except GatewayError as error:
        raise ProviderAway from error


@transaction.atomic
def _account_of(user_id: int, email: str, country: str, at: datetime) -> ConnectedAccount:
    account, is_new = ConnectedAccount.objects.get_or_create(
        user_id=user_id,
        replaced_at=None,
        defaults={"email": email, "country": country, "gate_since": at, "created_at": at},
    )
    if is_new:
        queue.enqueue(OperationKind.CREATE_ACCOUNT, account.id, reference="", at=at, soon=False)
    return account


def _make(account: ConnectedAccount, at: datetime) -> None:
    op = queue.current(OperationKind.CREATE_ACCOUNT, account.id, reference="", at=at)
    op = executor.execute(op.id, at)
    if op.state == OperationState.FAILED:
        raise ProviderRefused
    if op.state != OperationState.DONE:
        raise ProviderAway


@transaction.atomic
def replace_account(*, user_id: int, email: str, country: str, at: datetime) -> None:
    """Begins a new account beside the old one, which keeps its history and pays out what still lies in it.

    For another country, or after the old one was closed. The caller has made sure that it is the seller, just now;
    for 24 h nothing is paid out of the new one. Raises NothingToReplace where there is none, or it was never used.
    """
    old = ConnectedAccount.objects.filter(user_id=user_id, replaced_at=None).first()
    if old is None or not old.stripe_id:
        raise NothingToReplace
    old = locks.lock_account(old.id)
    if old.replaced_at is not None:
        return  # another tab was first
    old.replaced_at = at
    old.save(update_fields=["replaced_at"])
    made = ConnectedAccount.objects.create(
        user_id=user_id,
        email=email,
        country=country,
        gate_since=at,
        created_at=at,
        stopped_until=at + SAFETY_STOP,
    )
    queue.enqueue(OperationKind.CREATE_ACCOUNT, made.id, reference="", at=at, soon=False)


def refresh_gate(user_id: int, at: datetime) -> PayoutStatus:
    """Asks the provider whether this seller can be paid, and sends what has waited. Outside any transaction.

    The provider's return address proves nothing, so the return page calls this. Raises ProviderAway.
    """
    account = ConnectedAccount.objects.filter(user_id=user_id, replaced_at=None).exclude(stripe_id="").first()
    if account is None:
        return payout_status(user_id)
    _refresh(account, at)
    send_waiting(at, payee_id=user_id)
    return payout_status(user_id)


def _refresh(account: ConnectedAccount, at: datetime) -> None:
    try:
        found = gateway.read(account.stripe_id)
    except GatewayError as error:
        raise ProviderAway from error
    with transaction.atomic():
        record_account(account.id, found, at)


def came_back(user_id: int, mark: str, at: datetime) -> bool:
    """Somebody came back from the provider; whether from their own account. Outside any transaction.

    Where a link was used by another person, the account that it belongs to is read again, and nothing is said of it.
    Raises ProviderAway.
    """
    try:
        account_id = signing.loads(mark, salt=_SALT, max_age=_LINK_SECONDS) if mark else ""
    except signing.BadSignature:
        return True  # typed, or old: their own account is read, which does no harm
    account = ConnectedAccount.objects.filter(pk=account_id).first() if account_id else None
    if account is None or account.user_id == user_id:
        return True
    _refresh(account, at)
    return False


def provider_url(user_id: int) -> str:
    """The seller's own pages at the provider, for one visit. Raises ProviderRefused before onboarding, ProviderAway."""
    account = ConnectedAccount.objects.filter(user_id=user_id, replaced_at=None, gate=PayoutGate.OPEN).first()
    if account is None:
        raise ProviderRefused
    try:
        return gateway.login_link(account.stripe_id)
    except Refused as error:
        raise ProviderRefused from error
    except GatewayError as error:
        raise ProviderAway from error
