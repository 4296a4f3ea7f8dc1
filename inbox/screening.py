"""What the text of a message looks like: contact details, payment outside the site, a link to be careful with.

It is said to both sides with the reason; nothing is hidden or held back. Patterns catch what people write plainly; they
need not catch who writes around them.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _
from stdnum import iban

from inbox import links
from inbox.contracts import Doubt
from marketplace.kernel import identity

CONTACT, PAYMENT, LINK = "contact", "payment", "link"

_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
# A number that begins as telephone numbers do; ISBNs and amounts do not.
_TELEPHONE = re.compile(r"(?<![\w.,+])(?:\+|00|\(0|0)(?:[ ()./-]{0,2}\d){8,14}(?!\d)")
_MESSENGER = r"whats?\s?app|telegram|we\s?chat|skype|viber|discord|signal|snapchat|instagram|messenger|zoom|teams"
_BY = r"(?:on|over|via|by|through|using|por|en|per|[uü]ber|auf)"
_TALK_ELSEWHERE = re.compile(
    rf"\b(?:add|call|chat|contact|dm|escr[ií]beme|find|hablamos|message|reach|schreib\w*|speak|talk|text|write)\b"
    rf"(?:\W+\w+){{0,3}}?\W+{_BY}\W+(?:my\W+)?(?:{_MESSENGER})\b"
    rf"|\bmy\W+(?:{_MESSENGER})\W+(?:handle|id|is|name|number)\b|\b(?:wa|t)\.me/\w",
    re.IGNORECASE,
)
_MEANS = (
    r"bank\s(?:account|transfer)|bitcoin|btc|cash\s?app|crypto|gift\scards?|moneygram|payoneer|paypal|revolut|skrill"
    r"|usdt|venmo|western\sunion|wise|zelle|bizum"
)
_PAY = r"money|paid|pay|payment|send|transfer|pagar?|pago|zahlen|zahlung"
_PAY_ELSEWHERE = re.compile(
    rf"\b(?:{_PAY})\b(?:\W+\w+){{0,4}}?\W+(?:{_MEANS})\b|\b(?:{_MEANS})\b(?:\W+\w+){{0,4}}?\W+(?:{_PAY})\b|\bpaypal\.me/\w",
    re.IGNORECASE,
)
_OUTSIDE = r"\b(?:outside(?:\sof)?|off)\W+(?:the\W+)?(?:{site}|platform|site|website)\b"
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b")
_MOST_OF_IT = 5000


DOUBTS = {
    PAYMENT: Doubt(
        _("This looks like payment outside the site"),
        _("Nobody can give money back that was not paid through an order, and asking for it is against the rules."),
    ),
    CONTACT: Doubt(
        _("This looks like contact details"),
        _("What is agreed elsewhere cannot be seen when something goes wrong. Keep the talk and the files here."),
    ),
    LINK: Doubt(
        _("Be careful with the link"),
        _("Its address has something about it that links of strangers often have. It opens with a warning first."),
    ),
}


def doubts_of(text: str) -> list[str]:
    """Names out of ``DOUBTS``, the gravest first."""
    text = text[:_MOST_OF_IT]
    accounts = [one for one in _ACCOUNT.findall(text) if iban.is_valid(one)]
    for one in accounts:
        text = text.replace(one, "")
    found = []
    if accounts or _PAY_ELSEWHERE.search(text) or _outside(text):
        found.append(PAYMENT)
    if _ADDRESS.search(text) or _TELEPHONE.search(text) or _TALK_ELSEWHERE.search(text):
        found.append(CONTACT)
    if any(links.reasons(url) for url in links.found(text)):
        found.append(LINK)
    return found


def _outside(text: str) -> bool:
    site = re.escape(identity.name())
    return bool(re.search(_OUTSIDE.format(site=site), text, re.IGNORECASE)) and bool(
        re.search(rf"\b(?:{_PAY}|deal|order|cheaper)\b", text, re.IGNORECASE)
    )
