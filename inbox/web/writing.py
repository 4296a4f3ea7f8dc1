"""Writing to a seller from their profile: the first message opens the conversation of the two."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts import api as accounts
from accounts.contracts import Person, ProfilePanel
from inbox import blocking, services
from inbox.models import Conversation
from inbox.people import open_talk_of_two, reference_of
from marketplace.kernel import clock, throttle
from marketplace.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from marketplace.kernel.ids import new_id

_FIRST_MESSAGES_AN_HOUR = 30


class FirstMessageForm(forms.Form):
    body = forms.CharField(
        label=gettext_lazy("Your message"),
        max_length=services.MAX_BODY,
        widget=forms.Textarea,
        help_text=gettext_lazy("What you need, by when, and what you have: the seller can make you an offer."),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)


def profile_button(request: HttpRequest, person: Person) -> ProfilePanel | None:
    if request.user.pk == person.id or not person.is_seller:
        return None
    context: dict[str, object] = {"url": reverse("inbox:write", args=[person.handle]), "person": person}
    return ProfilePanel("inbox/_write_button.html", context, "acts")


def profile_block(request: HttpRequest, person: Person) -> ProfilePanel | None:
    """Keeping a seller away; for those who are signed in. One query for them."""
    reader_id = request.user.pk
    if reader_id is None or reader_id == person.id or not person.is_seller:
        return None
    is_blocked = blocking.has_blocked(reader_id, person.id)
    url = reverse("inbox:block", args=[person.handle])
    return ProfilePanel("inbox/_block_button.html", {"url": url, "is_blocked": is_blocked, "person": person})


@login_required
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, handle: str) -> HttpResponse:
    """Opens the conversation with the first message, not before: looking at the form writes nothing."""
    reader_id = int(request.user.pk or 0)
    seller = _seller(handle, reader_id)
    known = Conversation.objects.filter(reference=reference_of(reader_id, seller.id)).first()
    if known:
        return redirect("inbox:conversation", known.pk)
    form = FirstMessageForm(request.POST or None, initial={"form_key": new_id()})
    if request.method == "POST" and form.is_valid():
        try:
            return _send(reader_id, seller, form)
        except DomainError as error:
            form.add_error("body", error.message)
    return render(request, "inbox/write.html", {"form": form, "seller": seller})


def _seller(handle: str, reader_id: int) -> Person:
    user_id = accounts.id_of(f"@{handle}")
    if user_id is None or not accounts.is_seller(user_id) or not accounts.is_active(user_id):
        raise NotFound(_("There is no such seller."))
    if user_id == reader_id:
        raise NotAllowed(_("This is you."))
    return accounts.person(user_id)


def _send(reader_id: int, seller: Person, form: FirstMessageForm) -> HttpResponse:
    if not throttle.spend(f"ask:{reader_id}", 1, limit=_FIRST_MESSAGES_AN_HOUR, seconds=3600):
        raise Conflict(_("You have asked many sellers in a short time. Go on in an hour."))
    at = clock.now()
    conversation_id = open_talk_of_two(reader_id, seller.id, at)
    services.post_message(
        conversation_id=conversation_id, author_id=reader_id, body=form.cleaned_data["body"], files=[],
        key=str(form.cleaned_data["form_key"]), at=at,
    )  # fmt: skip
    return redirect("inbox:conversation", conversation_id)
