"""A refusal that no view caught becomes a page that says why, and what to do."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from marketplace.kernel.errors import DomainError, NotAllowed, NotFound


class DomainErrorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotFound):
            raise Http404(exception.message) from exception
        if isinstance(exception, NotAllowed):
            return render(request, "403.html", {"reason": exception.message}, status=403)
        if not isinstance(exception, DomainError):
            return None
        return self._send_back(request, exception)

    def _send_back(self, request: HttpRequest, error: DomainError) -> HttpResponse:
        """To the page that was sent from, with the reason on top; nothing has been changed."""
        came_from = request.META.get("HTTP_REFERER", "")
        if request.method == "POST" and url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
            messages.error(request, error.message)
            return HttpResponseRedirect(came_from)
        return render(request, "400.html", {"reason": error.message}, status=409)
