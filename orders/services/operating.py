"""An operator changes what new orders freeze. Running orders keep what they have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from marketplace.kernel import currencies, events
from marketplace.kernel.errors import Conflict, InvalidInput
from orders import rule_limits, site_rules, terms
from orders.contracts import RulesChanged
from orders.models import RuleChange, SiteRule
from orders.prices import bounds_under
from orders.rules import AMOUNTS
from orders.terms import Own

Key = tuple[str, str]  # name, currency ("" where it is no amount)
_LONGEST_REASON = 300


def last_change() -> int:
    """Number of the latest change; a form that was made before another one is refused."""
    return RuleChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def change_rules(
    wanted: Mapping[Key, object | None], *, by_id: int, at: datetime, reason: str = "", seen: int | None = None
) -> list[RuleChange]:
    """Sets rules (typed values) or gives them back to the settings (None); what stays as it is writes nothing.

    Raises InvalidInput with ``fields`` by "name" or "name:CUR", Conflict where somebody changed them since ``seen``.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:  # whoever else changes rules waits; who reads them does not
            cursor.execute("LOCK TABLE orders_siterule IN SHARE ROW EXCLUSIVE MODE")
        before = {(row.name, row.currency): row.value for row in SiteRule.objects.all()}
        if seen is not None and last_change() != seen:
            raise Conflict(_("Somebody changed the rules meanwhile. Look at what is valid now."), code="rules_changed")
        _check_each(wanted, reason)
        after = _merged(before, wanted)
        _check_together(after)
        changes = [_write(key, before, after, by_id, at, reason) for key in wanted if before.get(key) != after.get(key)]
        if changes:
            events.publish(RulesChanged(frozenset(change.name for change in changes), at))
            transaction.on_commit(site_rules.reread)
    return changes


def _merged(before: Own, wanted: Mapping[Key, object | None]) -> Own:
    after = dict(before)
    for key, value in wanted.items():
        if value is None or terms.plain(value) == settings_value(key):
            after.pop(key, None)
        else:
            after[key] = terms.plain(value)
    return after


def settings_value(key: Key) -> Any:
    """What the settings say of a rule, as terms freeze it."""
    name, currency = key
    return terms.plain(getattr(terms.rules_with(currency or currencies.default(), {}), name))


def _check_each(wanted: Mapping[Key, object | None], reason: str) -> None:
    errors = {field(key): problem for key, value in wanted.items() if (problem := _problem(key, value))}
    if len(reason) > _LONGEST_REASON:
        errors["reason"] = _("Keep it under %(limit)s characters.") % {"limit": _LONGEST_REASON}
    _refuse(errors)


def _check_together(after: Own) -> None:
    errors: dict[str, str] = {}
    for code in currencies.settled():
        rules = terms.rules_with(code, after)
        for name, problem in rule_limits.contradictions(rules):
            errors.setdefault(field((name, code if name in AMOUNTS else "")), problem)
        lowest, highest = bounds_under(code, rules)
        if lowest > highest:
            text = _("With these fees there is no price that could be paid.")
            errors.setdefault(field(("buyer_fee_minimum_minor", code)), text)
    _refuse(errors)


def _refuse(errors: dict[str, str]) -> None:
    if errors:
        raise InvalidInput(_("These rules cannot be."), code="rules", fields=errors)


def _problem(key: Key, value: object | None) -> str:
    name, currency = key
    if name not in terms.KNOWN or (name in AMOUNTS) != bool(currency):
        return _("There is no such rule.")
    if currency and currency not in currencies.settled():
        return _("The site does not settle in this currency.")
    return "" if value is None else rule_limits.problem(name, value, currency)


def field(key: Key) -> str:
    name, currency = key
    return f"{name}:{currency}" if currency else name


def _write(key: Key, before: Own, after: Own, by_id: int, at: datetime, reason: str) -> RuleChange:
    name, currency = key
    base = settings_value(key)
    if key in after:
        SiteRule.objects.update_or_create(name=name, currency=currency, defaults={"value": after[key]})
    else:
        SiteRule.objects.filter(name=name, currency=currency).delete()
    return RuleChange.objects.create(
        name=name, currency=currency, before=before.get(key, base), after=after.get(key, base),
        is_settings=key not in after, reason=reason, by_id=by_id, at=at,
    )  # fmt: skip
