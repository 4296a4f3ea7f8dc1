"""The words of the review: sections of a gig, automatic checks, what they find, what a buyer may report."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gigs.reviewing.states import Level, Mode

Words = str | Promise

SECTIONS: dict[str, Words] = {
    "title": _("Title"),
    "description": _("Description"),
    "packages": _("Packages and extras"),
    "questions": _("Questions"),
    "pictures": _("Pictures"),
    "category": _("Category"),
    "links": _("Links"),
}

MODES: dict[Mode, Words] = {
    Mode.NOTHING: _("no gig before it is published"),
    Mode.FIRST: _("the first gig of a new seller"),
    Mode.NEW: _("every new gig"),
    Mode.CHANGES: _("every new gig and every larger change"),
}

LEVELS: dict[Level, Words] = {
    Level.OFF: _("off"),
    Level.WARN: _("publish, and look again"),
    Level.BLOCK: _("do not publish"),
}

# Where something stands in a gig, as it continues "Found in your".
PLACES: dict[str, Words] = {
    "title": _("title"),
    "description": _("description"),
    "tags": _("tags"),
    "checklist": _("delivery checklist"),
    "packages": _("packages"),
    "extras": _("extras"),
    "questions": _("questions to the buyer"),
    "faq": _("questions and answers"),
    "ai_note": _("note about AI"),
    "cover": _("pictures"),
    "alt": _("descriptions of pictures"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """An automatic check, and what it does where the operator has not chosen."""

    name: Words
    note: Words
    level: Level


CHECKS: dict[str, Check] = {
    "contact": Check(_("Contact details"), _("E-mail addresses, telephone numbers, messengers."), Level.BLOCK),
    "links": Check(_("Links to elsewhere"), _("Addresses that are not on the list below."), Level.WARN),
    "words": Check(_("Forbidden words"), _("From the list of forbidden words."), Level.BLOCK),
    "same_text": Check(_("Copied texts"), _("Nearly the same as the gig of another seller."), Level.WARN),
    "same_picture": Check(_("Copied pictures"), _("Nearly the same as a picture of another seller."), Level.WARN),
    "capitals": Check(_("Title in capitals"), _("More than half of its letters."), Level.WARN),
    "price": Check(_("Unusual prices"), _("Far outside of what the category usually costs."), Level.WARN),
    "promise": Check(
        _("Promises that cannot be kept"),
        _("Sooner than every package, without limit, or certain success."),
        Level.WARN,
    ),
    "emoji": Check(_("Too many emoji"), _("More than one in a title, ten in a description."), Level.WARN),
    "hidden": Check(_("Hidden characters"), _("Invisible ones, and those that turn the text round."), Level.BLOCK),
}


@dataclass(frozen=True, slots=True)
class Sort:
    """One thing that a check can find: its name ("an e-mail address"), and why it matters to the seller."""

    check: str
    name: Words
    why: Words


_TALK_HERE = _("Buyers reach you here, and what is agreed here is protected. Take it out.")
_NO_CERTAINTY = _("Nobody can promise that. Say what you do, not what will come of it.")

SORTS: dict[str, Sort] = {
    "email": Sort("contact", _("an e-mail address"), _TALK_HERE),
    "phone": Sort("contact", _("a telephone number"), _TALK_HERE),
    "messenger": Sort("contact", _("a messenger contact"), _TALK_HERE),
    "link": Sort(
        "links", _("a link to another site"), _("Buyers may be led away from here. Show work samples in your pictures.")
    ),
    "word": Sort("words", _("a word that is not allowed here"), _("Say it in other words, or leave it out.")),
    "same_text": Sort(
        "same_text", _("nearly the same text as in another seller's gig"), _("Say in your own words what you do.")
    ),
    "same_picture": Sort(
        "same_picture", _("nearly the same picture as in another seller's gig"), _("Show a picture of your own.")
    ),
    "capitals": Sort("capitals", _("a title in capitals"), _("It reads as shouting. Write it as a sentence.")),
    "low_price": Sort("price", _("a price far below what is usual"), _("Check that you did not lose a digit.")),
    "high_price": Sort("price", _("a price far above what is usual"), _("Check that there is no digit too many.")),
    "sooner": Sort(
        "promise", _("a time that no package keeps"), _("Promise the same in the text and in your packages.")
    ),
    "unlimited": Sort(
        "promise", _("something without limit"), _("Your packages name how many revisions there are. Say the number.")
    ),
    "certain": Sort("promise", _("a certain success"), _NO_CERTAINTY),
    "emoji": Sort("emoji", _("many emoji"), _("A few are friendly, more make it hard to read.")),
    "hidden": Sort("hidden", _("characters that nobody sees"), _("They came along with copied text. Type it again.")),
}

# What a buyer may report.
ACCUSATIONS: dict[str, Words] = {
    "elsewhere": _("It leads away from here, to talk or to pay"),
    "copied": _("It is copied from somebody else"),
    "misleading": _("It promises what cannot be true"),
    "illegal": _("It is illegal or dangerous"),
    "offensive": _("It is offensive"),
    "other": _("Something else"),
}
