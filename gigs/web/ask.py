"""A question before an order: the first message of a conversation about a gig."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import api as accounts
from gigs.selectors.page import visible_gig
from inbox import api as inbox
from marketplace.kernel import clock, throttle
from marketplace.kernel.errors import Conflict, DomainError, NotAllowed


class QuestionForm(forms.Form):
    body = forms.CharField(label=gettext_lazy("Your question"), max_length=5000, widget=forms.Textarea)
    form_key = forms.UUIDField(widget=forms.HiddenInput)


QUESTIONS_AN_HOUR = 30


def _check_pace(reader_id: int) -> None:
    if not throttle.spend(f"ask:{reader_id}", 1, limit=QUESTIONS_AN_HOUR, seconds=3600):
        raise Conflict(_("You have asked many sellers in a short time. Go on in an hour."))


@login_required
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Opens the conversation with the first message, not before: looking at the form writes nothing."""
    gig = visible_gig(pk, request.user.pk)
    reader_id = int(request.user.pk or 0)
    if gig.seller_id == reader_id:
        raise NotAllowed(_("This is your own gig."))
    form = QuestionForm(request.POST or None, initial={"form_key": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        at = clock.now()
        try:
            _check_pace(reader_id)
            conversation_id = inbox.open_conversation(
                reference=f"gig:{gig.pk}:{reader_id}",
                title=gig.title,
                url="",
                participant_ids=[gig.seller_id, reader_id],
                at=at,
            )
            inbox.post_message(
                conversation_id=conversation_id,
                author_id=reader_id,
                body=form.cleaned_data["body"],
                files=[],
                key=str(form.cleaned_data["form_key"]),
                at=at,
            )
        except DomainError as error:
            form.add_error("body", error.message)
        else:
            return redirect("inbox:conversation", conversation_id)
    return render(request, "gigs/ask.html", {"form": form, "gig": gig, "seller": accounts.person(gig.seller_id)})
