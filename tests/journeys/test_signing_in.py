"""Coming in without a password: by passkey, with a second step, through GitHub."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from tests.journeys.people import PASSWORD, Person

Arrive = Callable[..., Person]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_a_device(person: Person) -> None:
    """Chromium's own virtual authenticator: it signs as a phone would, and nobody has to touch it."""
    device = person.visitor.context.new_cdp_session(person.page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def at_home(person: Person, path: str) -> str:
    """Passkeys belong to a name: 127.0.0.1 has none."""
    return f"{person.site.url.replace('127.0.0.1', 'localhost')}{path}"


def leave(person: Person) -> None:
    person.page.get_by_role("banner").locator("summary", has_text="Your account").click()
    person.press("Sign out", within=person.page.get_by_role("banner"))


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_somebody_signs_up_with_a_passkey_and_comes_back_with_it(person: Arrive) -> None:
    newcomer = person()
    with_a_device(newcomer)
    newcomer.page.goto(at_home(newcomer, "/accounts/signup/"))
    newcomer.follow("Sign up with a passkey instead of a password")
    newcomer.email = "passkey@example.org"
    newcomer.page.get_by_label("Your name").fill("Paula Pass")
    newcomer.page.get_by_label("E-mail address").fill(newcomer.email)
    newcomer.press("Continue")
    newcomer.enter_code()
    expect(newcomer.heading).to_have_text("Make your passkey")
    newcomer.page.get_by_label("Name").fill("My phone")
    newcomer.press("Ask the device")
    expect(newcomer.page.get_by_text("Your account")).to_be_attached()

    leave(newcomer)
    newcomer.page.goto(at_home(newcomer, "/accounts/login/"))
    newcomer.press("Sign in with a passkey")
    expect(newcomer.page.get_by_text("Your account")).to_be_attached()
    newcomer.page.goto(at_home(newcomer, "/settings/sign-in/"))
    newcomer.sees("My phone", "Chrome on Linux", "this one")
    expect(newcomer.page.get_by_role("link", name="Set one as a password")).to_be_visible()


def test_who_turns_away_from_the_device_reads_that_nothing_happened(person: Arrive) -> None:
    reader = person()
    with_a_device(reader)
    reader.page.goto(at_home(reader, "/accounts/login/"))
    reader.press("Sign in with a passkey")  # which knows none of this site
    reader.sees(re.compile("Try again when you are ready|could not do this"))


def test_an_app_is_asked_after_the_password_and_a_recovery_code_helps(person: Arrive) -> None:
    owner = person()
    owner.page.goto("/accounts/signup/")
    owner.sign_up("Olga Own", "olga-app@example.org")
    owner.page.goto("/settings/sign-in/")
    owner.follow("Switch on")
    owner.page.get_by_label("Password").fill(PASSWORD)
    owner.press("Continue")
    secret = owner.page.locator("code").inner_text()
    owner.page.get_by_label("Code").fill("000000")
    owner.press("Switch it on")
    owner.sees("This is not the code that is valid now")
    owner.page.get_by_label("Code").fill(code_now(secret))
    owner.press("Switch it on")
    expect(owner.heading).to_have_text("Recovery codes")
    spare = owner.page.get_by_role("main").get_by_role("listitem").first.inner_text()

    for code in (lambda: code_now(secret), lambda: spare):
        leave(owner)
        owner.page.goto("/accounts/login/")
        owner.fill_sign_in()
        expect(owner.heading).to_have_text("One more step")
        # A code that was used is no code any more: wait for the next one.
        owner.page.get_by_label("Code").fill(code())
        owner.press("Sign in")
        expect(owner.page.get_by_text("Your account")).to_be_attached()
    owner.page.goto("/settings/sign-in/")
    owner.sees("9 are left")


def test_somebody_comes_in_through_github(person: Arrive) -> None:
    coder = person()
    coder.page.goto("/accounts/login/?next=/categories/")
    coder.press("Continue with GitHub")
    coder.page.get_by_label("Login").fill("octo-coder")
    coder.page.get_by_label("Name").fill("Octavia Coder")
    coder.page.get_by_label("Address").fill("octavia@example.org")
    coder.page.get_by_role("button", name="Authorize").click()
    expect(coder.page).to_have_url(re.compile("/categories/$"))
    coder.page.goto("/settings/sign-in/")
    coder.sees("GitHub", "octavia@example.org", "None")
    [known] = coder.site.rows("SELECT display_name, handle FROM accounts_user WHERE email = 'octavia@example.org'")
    assert known == {"display_name": "Octavia Coder", "handle": "octavia-coder"}

    coder.press("Disconnect GitHub")
    coder.sees("Set a password first")
    leave(coder)
    coder.page.goto("/accounts/login/")
    coder.press("Continue with GitHub")
    coder.page.get_by_label("Login").fill("octo-coder")
    coder.page.get_by_label("Address").fill("octavia@example.org")
    coder.page.get_by_role("button", name="Authorize").click()
    expect(coder.page.get_by_text("Your account")).to_be_attached()
    assert coder.site.rows("SELECT count(*) FROM accounts_user WHERE email = 'octavia@example.org'") == [{"count": 1}]
