"""Writing a gig, step by step: each has its address, saves when one goes on, and works as a plain form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from gigs import steps
from gigs.drafts import services as drafts
from gigs.drafts.services import StepValues
from gigs.drafts.workspace import Workspace, open_workspace
from gigs.selectors.categories import by_slug
from gigs.steps import Step
from gigs.web import frame
from gigs.web.prices import price_split
from gigs.web.rows import after_command, is_command
from gigs.web.step_editor import StepEditor
from gigs.web.step_editors import EDITORS
from gigs.web.typed import as_sent, base_of, fields_of, window_of
from marketplace.kernel import clock, currencies
from marketplace.kernel.errors import Conflict, DomainError, InvalidInput

# Buttons that show the form again with another choice applied; nothing is saved.
_CHOICES = {"currency", "category"}


@login_required
def step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    workspace = open_workspace(pk, int(request.user.pk or 0))
    found = steps.by_slug(slug)
    if found is None:
        raise Http404
    if workspace.gig.is_archived:
        return redirect("gigs:edit", pk)
    if request.method == "POST":
        return _submit(request, workspace, found)
    typed = workspace.typed(found)
    data = as_sent(typed) if typed is not None else None
    editor = EDITORS[slug](base_of(workspace, clock.now()), data)
    return _show(request, workspace, editor.quiet() if typed is not None else editor, was_typed=typed is not None)


@login_required
def price(request: HttpRequest) -> HttpResponse:
    """What the seller receives and buyers pay, while a price is typed (htmx)."""
    typed = next((value for name, value in request.GET.items() if name.endswith("price")), "")
    currency = currencies.chosen(request.GET.get("currency", ""))
    category = by_slug(request.GET.get("category", ""))
    return render(request, "gigs/_price.html", {"split": price_split(typed, currency, category)})


def saved_answer() -> JsonResponse:
    return JsonResponse({"said": _("Saved %(time)s") % {"time": time_format(timezone.localtime(clock.now()), "H:i")}})


def refused_answer(error: DomainError) -> JsonResponse:
    """``stop``: another window was first, and this one writes no more until somebody has looked."""
    return JsonResponse({"said": error.message, "stop": isinstance(error, Conflict)}, status=422)


def editor_of(request: HttpRequest, base: Any, slug: str) -> tuple[StepEditor, bool]:
    """The posted step, and whether only its rows or choices are to change."""
    command, made = request.POST.get("row", ""), EDITORS[slug]
    is_between = command in _CHOICES or is_command(command)
    data: QueryDict = request.POST
    if is_between:
        data = after_command(request.POST, command, made.lists)
        made.follow(data, command)
    editor = made(base, data, request.FILES)
    return (editor.quiet() if is_between else editor), is_between


@dataclass(frozen=True, slots=True)
class _Sent:
    """One press of a button in a step."""

    request: HttpRequest
    workspace: Workspace
    step: Step

    @property
    def who(self) -> dict[str, Any]:
        return {"gig_id": self.workspace.gig.pk, "seller_id": self.workspace.gig.seller_id, "step": self.step}

    @property
    def do(self) -> str:
        return self.request.POST.get("do", "")

    @property
    def target(self) -> Step | None:
        """Where the button leads; None: to the summary."""
        if self.do == "stay":
            return self.step
        if self.do.startswith("to:"):
            return steps.by_slug(self.do.removeprefix("to:"))
        return steps.after(self.step) if self.do == "next" else None

    def keep_typed(self) -> None:
        window = window_of(self.request.POST)
        drafts.keep_typed(**self.who, data=fields_of(self.request.POST), window=window, at=clock.now())


def _submit(request: HttpRequest, workspace: Workspace, step: Step) -> HttpResponse:
    sent = _Sent(request, workspace, step)
    if sent.do == "autosave":
        return _autosave(sent)
    if sent.do == "forget":
        drafts.forget_typed(**sent.who)
        return redirect(frame.url_of(workspace.gig.pk, step))
    editor, is_between = editor_of(request, base_of(workspace, clock.now()), step.slug)
    if is_between:
        return _show(request, workspace, editor)
    try:
        if not editor.is_valid():
            return _stay_or_leave(sent, editor)
        said = StepValues(editor.values(), editor.agreed_currency, editor.chosen_cover)
        drafts.save_step(**sent.who, said=said, window=window_of(request.POST), at=clock.now())
    except InvalidInput as error:
        editor.refuse(error)
        return _show(request, workspace, editor)
    except Conflict as error:
        return _show(request, open_workspace(workspace.gig.pk, workspace.gig.seller_id), editor, conflict=error.message)
    return redirect(frame.url_of(workspace.gig.pk, sent.target))


def _stay_or_leave(sent: _Sent, editor: StepEditor) -> HttpResponse:
    """Who goes on sees what is wrong; who jumps to another step finds later what they typed."""
    if not sent.do.startswith("to:"):
        return _show(sent.request, sent.workspace, editor)
    sent.keep_typed()
    said = _("“%(step)s” is not complete yet. What you typed is kept there.")
    messages.warning(sent.request, said % {"step": sent.step.label})
    return redirect(frame.url_of(sent.workspace.gig.pk, sent.target))


def _autosave(sent: _Sent) -> JsonResponse:
    try:
        sent.keep_typed()
    except (InvalidInput, Conflict) as error:
        return refused_answer(error)
    return saved_answer()


def _show(request: HttpRequest, workspace: Workspace, editor: StepEditor, **said: Any) -> HttpResponse:
    context = {
        **frame.around(workspace, editor.step, clock.now()),
        "editor": editor,
        "step": editor.step,
        "before": steps.before(editor.step),
        "after": steps.after(editor.step),
        "seen": workspace.seen(editor.step),
        "window": frame.token_of(request),
        **editor.context(),
        **said,
    }
    return render(request, editor.template, context)
