"""Name, logo and colours: what is shown, what is refused, what becomes of files from outside."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from email.header import decode_header, make_header
from email.utils import formataddr, parseaddr
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.db import InterfaceError
from django.test import Client, RequestFactory
from PIL import Image

from accounts.services import letters
from gigs.sharing.web import Sheet
from marketplace.kernel import clock, identity, mail
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.models import OutboxMessage
from marketplace.pages.broken import server_error
from marketplace.pages.figures import of_site
from marketplace.setup import colours, look, services, svg
from marketplace.setup.colours import DARK, LIGHT
from marketplace.setup.models import SiteLook
from tests.marketplace.setup.conftest import AT

LOOK = "/setup/look/"
GIVEN = {"name": "Handwerk", "tagline": "Work by hand", "accent_light": "#7a1f5d", "accent_dark": "#e7a0cf"}
pytestmark = pytest.mark.django_db


def png(width: int = 600, height: int = 200, **more: Any) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(data, "PNG", **more)
    return data.getvalue()


def broken_exif() -> bytes:
    """A good picture whose EXIF data has a text where a number belongs."""
    data, exif = io.BytesIO(), Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "hi"
    Image.new("RGB", (640, 480)).save(data, "JPEG", exif=exif)
    return data.getvalue().replace(b"\x01\x0e", b"\x01\x55", 1)


def upload(content: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_the_environment_names_the_site_until_somebody_chooses(client: Client, settings: Any) -> None:
    settings.SITE_NAME = "From the settings"
    page = client.get("/protection/").content.decode()
    assert "From the settings" in page
    assert "/look-" not in page
    assert identity.name() == "From the settings"


def test_a_look_is_on_every_page_and_in_every_letter(as_operator: Client, client: Client, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = f"{settings.SITE_NAME} <help@example.org>"
    files = {"logo": upload(png()), "icon": upload(png(300, 300))}
    assert as_operator.post(LOOK, {**GIVEN, **files}).headers["Location"] == LOOK
    page = client.get("/protection/").content.decode()
    kept = SiteLook.objects.get()
    assert "Handwerk" in page
    assert f'src="{default_storage.url(kept.logo)}"' in page
    assert f'href="{default_storage.url(kept.icon)}"' in page
    (address,) = re.findall(r'href="(/look-[0-9a-f]{12}\.css)"', page)
    css = client.get(address)
    assert (css["Content-Type"], css["Cache-Control"]) == (
        "text/css; charset=utf-8", "public, max-age=31536000, immutable",
    )  # fmt: skip
    assert css.content.decode().count("--color-primary:#7a1f5d") == 1
    assert css.content.decode().count("--color-primary:#e7a0cf") == 2
    assert client.get("/look-000000000000.css")["Cache-Control"] == "no-store"
    letters.post(key="k", template="account/email/closed", email="a@example.org", user=None, url="/", context={}, at=AT)
    html = OutboxMessage.objects.get().payload["html"]
    assert "Handwerk" in html
    assert default_storage.url(kept.mail_logo) in html
    assert mail.sender() == "Handwerk <help@example.org>"


def test_another_process_follows(client: Client, settings: Any) -> None:
    look.current()
    SiteLook.objects.create(name="Elsewhere", accent_light="#7a1f5d")
    assert identity.name() == settings.SITE_NAME
    settings.SITE_RULES_REREAD_SECONDS = 0
    assert identity.name() == "Elsewhere"


def test_files_lose_what_they_carry_and_are_made_small() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Taken at home"
    services.save_look(
        name="", tagline="", accent_light="", accent_dark="", at=AT, logo=upload(png(3000, 500, exif=exif))
    )
    with default_storage.open(SiteLook.objects.get().logo) as file, Image.open(file) as kept:
        assert kept.size == (480, 80)
        assert not kept.getexif()
        assert "Taken" not in str(kept.info)


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a", b"no picture", png()[:200], b"<html><script>alert(1)</script></html>", b"<svg", broken_exif()],
    ids=["empty", "gif", "text", "cut", "html", "broken", "exif"],
)
def test_what_is_no_picture_is_refused_at_its_field(as_operator: Client, content: bytes) -> None:
    answer = as_operator.post(LOOK, {**GIVEN, "logo": upload(content)})
    assert list(answer.context["form"].errors) == ["logo"]
    assert answer.context["form"]["name"].value() == "Handwerk"
    assert not SiteLook.objects.exists()


def test_bombs_are_refused_before_they_are_unpacked(as_operator: Client) -> None:
    data = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(data, "PNG")
    answer = as_operator.post(LOOK, {**GIVEN, "logo": upload(data.getvalue())})
    assert "too many pixels" in str(answer.context["form"].errors["logo"])


def test_a_drawing_keeps_its_shapes_and_nothing_that_runs_or_loads() -> None:
    drawing = b"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"
      viewBox="0 0 9 9" onload="a()">
      <script>alert(1)</script><style>@import url(//evil)</style><foreignObject><body/></foreignObject>
      <a x:href="javascript:alert(1)"><rect width="1" height="1"/></a><image x:href="http://evil/"/><use x:href="#a"/>
      <g style="background:url(//evil)"><path d="M0 0h9" fill="url(#g)" onclick="a()"/></g>
      <circle r="2" fill="url( https://evil/ )"/><animate attributeName="href" to="javascript:a()"/></svg>"""
    kept = svg.cleaned(drawing).decode()
    assert re.findall(r"<(\w+)", kept) == ["svg", "g", "path", "circle"]
    assert 'fill="url(#g)"' in kept
    for word in ("script", "evil", "onload", "onclick", "href", "style", "alert"):
        assert word not in kept, word


def test_what_masks_something_is_not_masked_itself() -> None:
    drawing = b"""<svg xmlns="http://www.w3.org/2000/svg">
      <mask id="a" mask="url(#b)"><g><path d="M0 0h9" mask="url(#b)"/>
        <path d="M0 0h8" clip-path="url(#b)"/></g></mask>
      <path d="M0 0h7" mask="url(#a)"/></svg>"""
    kept = svg.cleaned(drawing).decode()
    assert re.findall(r"(?:mask|clip-path)=\S+", kept) == ['mask="url(#a)"']
    assert kept.count("<path") == 3


@pytest.mark.parametrize(
    "drawing",
    [
        b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>',
        b'<!doctype svg SYSTEM "file:///etc/passwd"><svg/>',
        "<svg/>".encode("utf-16"),
        b"<svg>" + b"<g/>" * 3_000 + b"</svg>",
        b"<svg>" + b" " * 300_000 + b"</svg>",
        b"<rect/>",
    ],
)
def test_drawings_that_declare_or_swell_are_refused(drawing: bytes) -> None:
    with pytest.raises(InvalidInput):
        svg.cleaned(drawing)


# Colours


def test_contrast_is_the_one_of_wcag() -> None:
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert colours.worst("#1f5d45", LIGHT) >= colours.AA
    assert colours.worst("#7fcfa6", DARK) >= colours.AA


@pytest.mark.parametrize(
    ("field", "colour", "words"),
    [
        ("accent_light", "#ffcc00", "1.4 to 1, and 4.5 to 1 is needed. Take a darker one."),
        ("accent_dark", "#1f5d45", "Take a lighter one."),
        ("accent_light", "red", "six digits"),
        ("accent_light", "#12345}", "six digits"),
    ],
)
def test_colours_that_cannot_be_read_are_refused(as_operator: Client, field: str, colour: str, words: str) -> None:
    answer = as_operator.post(LOOK, {**GIVEN, field: colour})
    assert words in str(answer.context["form"].errors[field])
    assert not SiteLook.objects.exists()


def test_the_house_s_own_colours_need_no_stylesheet(as_operator: Client, client: Client) -> None:
    as_operator.post(LOOK, {**GIVEN, "accent_light": "#1f5d45", "accent_dark": "#7fcfa6"})
    assert "/look-" not in client.get("/protection/").content.decode()
    assert client.get("/look-000000000000.css").status_code == 404


def test_a_preview_changes_nothing(as_operator: Client) -> None:
    answer = as_operator.post(LOOK, {**GIVEN, "do": "preview"})
    assert answer.context["previews"]["light"] == "#7a1f5d"
    assert "light=%237a1f5d" in answer.content.decode()
    assert not SiteLook.objects.exists()
    css = as_operator.get("/setup/look/preview.css?light=%237a1f5d&dark=}body{x").content.decode()
    assert (".look-light{--color-primary:#7a1f5d" in css, "body" in css) == (True, False)


def test_tricks_with_letters_leave_the_name(as_operator: Client) -> None:
    as_operator.post(LOOK, {**GIVEN, "name": "  Hand\u202ewerk\u200b \x00<b>x</b> "})
    assert SiteLook.objects.get().name == "Handwerk <b>x</b>"
    assert "&lt;b&gt;x&lt;/b&gt;" in as_operator.get("/protection/").content.decode()


@pytest.mark.parametrize("former", ["Hands, Feet & Co", 'The "Hand"', "Manos útiles"])
def test_letters_are_signed_with_names_of_any_signs(as_operator: Client, settings: Any, former: str) -> None:
    settings.SITE_NAME = former
    settings.DEFAULT_FROM_EMAIL = formataddr((former, "help@example.org"))  # as settings/base.py does
    as_operator.post(LOOK, {**GIVEN, "name": "Ñandú, Co"})
    letter = EmailMessage(from_email=mail.sender(), to=["ana@example.org"]).message()
    written, address = parseaddr(str(letter["From"]))
    assert (str(make_header(decode_header(written))), address) == ("Ñandú, Co", "help@example.org")


@pytest.mark.parametrize("name", ["Hands, Feet & Co", "Manos útiles"])
def test_the_shipped_sender_is_one_address(name: str) -> None:
    code = "from marketplace.settings import base; print(base.DEFAULT_FROM_EMAIL)"
    env = {**os.environ, "SITE_NAME": name, "OPERATOR_EMAIL": "help@example.org"}
    env.pop("DEFAULT_FROM_EMAIL", None)
    said = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout
    assert said.strip() == formataddr((name, "help@example.org"))


@pytest.mark.django_db(transaction=True)
def test_a_broken_connection_leaves_the_look_as_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def first(self) -> None:
            raise InterfaceError("connection already closed")

    monkeypatch.setattr(look._known, "look", SiteLook(name="Hands"))
    monkeypatch.setattr(look, "_LOOK", Broken())
    look.reread()
    assert look.known_name() == "Hands"


def test_the_schema_of_the_api_names_the_site(as_operator: Client) -> None:
    as_operator.post(LOOK, {**GIVEN, "name": "Handwerk"})
    assert as_operator.get("/api/v1/schema.json").json()["info"]["title"] == "Handwerk API"
    assert "<title>Handwerk API</title>" in as_operator.get("/api/v1/docs/").content.decode()


@pytest.mark.parametrize("path", ["/", "/help/", "/fees/", "/terms/", "/nothing/", "/setup/", LOOK, "/robots.txt"])
def test_marks_in_the_name_are_text_on_every_page_and_in_letters(as_operator: Client, path: str) -> None:
    name, tagline = "</script><b>'\"%s{{ 7 }}", "'\"><img src=x onerror=a()>"
    as_operator.post(LOOK, {**GIVEN, "name": name, "tagline": tagline})
    assert SiteLook.objects.values_list("name", "tagline").get() == (name, tagline)
    as_operator.post("/setup/do/mail/", {"to": "olga@example.org"})
    letter = OutboxMessage.objects.get(topic="mail").payload
    assert letter["subject"] == f"Test mail of {name}"
    for text in (as_operator.get(path).content.decode(), letter["html"]):
        assert "</script><b>" not in text
        assert "<img src=x" not in text


def test_the_admin_leads_there(as_operator: Client) -> None:
    assert as_operator.get("/admin/setup/sitelook/").headers["Location"] == LOOK
    assert clock.now() > AT


def test_texts_shared_links_and_what_is_broken_say_its_name_too(as_operator: Client, rf: RequestFactory) -> None:
    as_operator.post(LOOK, GIVEN)
    assert of_site()["site"] == "Handwerk"
    assert "Handwerk" in Sheet("A logo", "/gigs/1-a-logo/", "", 1).mail_url
    assert "Handwerk" in server_error(rf.get("/")).content.decode()
