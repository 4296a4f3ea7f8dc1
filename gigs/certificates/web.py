"""The page on which sellers name their certificates."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts import api as accounts
from gigs.certificates import services
from gigs.certificates.services import Statement
from gigs.models import Certificate
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.kernel.uploads.forms import FilesField, FilesForm
from marketplace.kernel.uploads.places import Place

ACCEPT = ".pdf,.jpg,.jpeg,.png,.webp"


class CertificateForm(FilesForm):
    title = forms.CharField(label=gettext_lazy("What it is called"), max_length=100)
    issuer = forms.CharField(label=gettext_lazy("Who issued it"), max_length=100)
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=services.OLDEST_YEAR, max_value=2200)
    link = forms.CharField(
        label=gettext_lazy("Link to it"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Where everybody can look it up, if there is such a page."),
        widget=forms.URLInput,
    )
    files = FilesField(label=gettext_lazy("Proof for our staff"), required=False)


@login_required
@require_http_methods(["GET", "POST"])
def certificates(request: HttpRequest) -> HttpResponse:
    seller_id = _seller(request)
    form = CertificateForm(request.POST or None, request.FILES or None, place=_place(seller_id, clock.now()))
    if form.is_valid():
        said = form.cleaned_data
        statement = Statement(said["title"], said["issuer"], said["year"], said["link"], said["files"])
        try:
            services.add(seller_id=seller_id, statement=statement, at=clock.now())
        except DomainError as error:
            for name, message in (error.fields or {"": error.message}).items():
                form.add_error(name or None, message)
        else:
            messages.success(request, _("Added. It says “own statement” until our staff have looked at it."))
            return redirect("gigs:certificates")
    context = {"form": form, "accept": ACCEPT, "rows": Certificate.objects.filter(seller_id=seller_id)}
    return render(request, "gigs/certificates/mine.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    title = services.remove(certificate_id=pk, seller_id=_seller(request))
    messages.success(request, _("“%(title)s” is removed.") % {"title": title})
    return redirect("gigs:certificates")


def _place(seller_id: int, at: datetime) -> Place:
    return Place(seller_id, "certificate", at)


def _seller(request: HttpRequest) -> int:
    """Raises NotFound for who sells nothing."""
    user_id = int(request.user.pk or 0)
    if not accounts.is_seller(user_id):
        raise NotFound(_("Certificates are for sellers."))
    return user_id
