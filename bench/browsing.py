"""A visitor with a browser's manners: cookies, forms as they stand on the page, one connection that stays open."""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping
from html import unescape
from urllib.parse import urlencode

# Where the stand-in for the provider sends those who pay.
PAYMENT_PAGE = "https://checkout.invalid/pay"
_FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class Visitor:
    """Signed in by the session's key, or nobody's where it is empty."""

    def __init__(self, port: int, session: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies = {"sessionid": session} if session else {}

    def get(self, path: str) -> str:
        """The page. Raises AssertionError where it is none."""
        status, _, page = self.ask("GET", path)
        if status != 200:
            raise AssertionError(f"{path} answered {status}")
        return page

    def send(self, path: str, page: str) -> str:
        """Sends a page's form with its hidden fields; returns where it leads."""
        form = {name: unescape(value) for name, value in _FIELD.findall(page)}
        status, location, answer = self.ask("POST", path, urlencode(form))
        if status != 302:
            raise AssertionError(f"{path} answered {status}: {answer[:2000]}")
        return location

    def _answer(self, method: str, path: str, body: str, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        self.connection.request(method, path, body or None, dict(headers))
        return self.connection.getresponse()

    def ask(
        self, method: str, path: str, body: str = "", more: Mapping[str, str] | None = None
    ) -> tuple[int, str, str]:
        """Status, where it leads, and the page."""
        headers = dict(more or {})
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            answer = self._answer(method, path, body, headers)
        except (BrokenPipeError, ConnectionResetError):  # the server had closed what nobody used for a while
            self.connection.close()
            answer = self._answer(method, path, body, headers)
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), answer.read().decode()
