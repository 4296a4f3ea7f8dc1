"""A question before an order: the first message of a conversation about a gig, or of up to three."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts import api as accounts
from gigs.addresses import query_string
from gigs.contracts import GigCard
from gigs.filters import FilterForm
from gigs.selectors.nearest import nearest_sellers
from gigs.services import questions
from gigs.services.questions import Question
from gigs.web.shared_links import gig_for
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError, InvalidInput, NotAllowed


class QuestionForm(forms.Form):
    body = forms.CharField(label=gettext_lazy("Your question"), max_length=5000, widget=forms.Textarea)
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def question(self, author_id: int) -> Question:
        return Question(author_id, self.cleaned_data["body"], str(self.cleaned_data["form_key"]))


class SeveralForm(QuestionForm):
    """The same to those of the sellers near a search who are chosen; their gigs' ids."""

    sellers = forms.TypedMultipleChoiceField(
        label=pgettext_lazy("a party", "To"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose one to three sellers.")},
    )

    def __init__(self, *args: Any, cards: list[GigCard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = [(card.id, f"{card.seller.name} · {card.title}") for card in cards]
        self.fields["sellers"].choices = said  # type: ignore[attr-defined]


@login_required
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Opens the conversation with the first message, not before: looking at the form writes nothing."""
    gig = gig_for(request, pk)
    reader_id = int(request.user.pk or 0)
    if gig.seller_id == reader_id:
        raise NotAllowed(_("This is your own gig."))
    form = QuestionForm(request.POST or None, initial={"form_key": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            conversation_id = questions.ask(gig, form.question(reader_id), clock.now())
        except DomainError as error:
            form.add_error("body", error.message)
        else:
            return redirect("inbox:conversation", conversation_id)
    return render(request, "gigs/ask.html", {"form": form, "gig": gig, "seller": accounts.person(gig.seller_id)})


@login_required
def ask_several(request: HttpRequest) -> HttpResponse:
    """Where a search found nothing: one question to up to three sellers who come near."""
    query = replace(FilterForm(request.GET).query(request.GET.get("category", "")), cursor="")
    reader_id = int(request.user.pk or 0)
    cards = nearest_sellers(query, reader_id, clock.display_now())
    start = {"form_key": uuid.uuid4(), "sellers": [card.id for card in cards], "body": query.text}
    form = SeveralForm(request.POST or None, initial=start, cards=cards)
    if request.method == "POST" and form.is_valid():
        try:
            sent = questions.ask_several(form.cleaned_data["sellers"], form.question(reader_id), clock.now())
        except InvalidInput as error:
            form.add_error("sellers", error.message)
        except DomainError as error:
            form.add_error("body", error.message)
        else:
            said = ngettext("Sent to %(count)d seller.", "Sent to %(count)d sellers.", len(sent))
            messages.success(request, said % {"count": len(sent)})
            return redirect("inbox:list")
    back_url = f"{reverse('gigs:search')}?{query_string(query)}"
    return render(request, "gigs/ask_several.html", {"form": form, "cards": cards, "back_url": back_url})
