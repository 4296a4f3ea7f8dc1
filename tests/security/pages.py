"""What every page of the site must be, whoever asks and whatever it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_SCHEME = re.compile(r"\s*(javascript|data|vbscript):", re.IGNORECASE)


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class Reader(HTMLParser):
    """Collects what the rules look at. A parser, so that text which merely looks like a tag is no finding."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings, self.lang, self.title, self.forms, self.wrongs = 0, "", "", [Form("", "get")], [""]
        self.wrongs.clear()
        self.forms.clear()
        self._within = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._within = tag
        self.headings += tag == "h1"
        self.lang = given.get("lang", "") if tag == "html" else self.lang
        runs = tag == "script" and not given.get("src") and given.get("type") != "application/ld+json"  # only read
        if runs or tag == "style" or "style" in given:
            self.wrongs.append(f"inline: <{tag} {given}>")
        self.wrongs += [f"handler: <{tag} {name}>" for name in given if name.startswith("on")]
        self.wrongs += [
            f"address: {given[name]}" for name in ("href", "src", "action") if _SCHEME.match(given.get(name, ""))
        ]
        self._note_form(tag, given)

    def _note_form(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif tag in {"input", "select", "textarea", "button"} and self.forms and given.get("name"):
            self.forms[-1].fields.setdefault(given["name"], given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._within == "title":
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        self._within = ""


def wrongs(response: Any) -> list[str]:
    """What is wrong with an answer; empty where all is well."""
    found = []
    if response.status_code >= 500:
        found.append(f"status {response.status_code}")
    policy = response.headers.get("Content-Security-Policy", "")
    if not policy or "unsafe" in policy:
        found.append(f"Content-Security-Policy: {policy!r}")
    if response.headers.get("X-Content-Type-Options") != "nosniff":
        found.append("may be sniffed")
    if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
        found += _page_wrongs(response.content.decode())
    return found


def _page_wrongs(html: str) -> list[str]:
    page = Reader(html)
    if "<html" not in html.lower():
        return page.wrongs
    found = list(page.wrongs)
    if page.headings != 1:
        found.append(f"{page.headings} h1")
    if not page.title.strip():
        found.append("no title")
    if not page.lang:
        found.append("no lang")
    return found
