from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gigs.services.duplicating import duplicate_gig
from marketplace.kernel import clock
from marketplace.kernel.errors import InvalidInput, NotAllowed


@login_required
@require_POST
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """A copy of one's own gig, opened in the editor."""
    form_key, seller_id = request.POST.get("form_key", ""), int(request.user.pk or 0)
    try:
        copy_id = duplicate_gig(gig_id=pk, seller_id=seller_id, form_key=form_key, at=clock.now())
    except (InvalidInput, NotAllowed) as error:
        messages.error(request, error.message)
        return redirect("gigs:edit", pk)
    messages.success(request, _("A copy, as a draft. Change what is different, then publish it."))
    return redirect("gigs:edit", copy_id)
