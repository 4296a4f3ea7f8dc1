"""What people do in their browsers, in their words: sign up, find, order, pay, deliver, wait."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

from tests.support.browser import Visitor
from tests.support.processes import wait_until
from tests.support.site import Letter, Site
from tests.support.stage import PASSWORD

GOOD_CARD, DECLINED_CARD = "4242 4242 4242 4242", "4000 0000 0000 0002"
IBAN = "PT50000201231234567890154"
BALANCES = {
    "protected": "protected in running orders",
    "clearing": "clearing, then yours",
    "ready": "yours, on its way",
    "paid": "paid to your bank",
}
ORDER_PAGE = re.compile(r"/orders/[0-9a-f-]{36}/$")


class Person:
    """Somebody with a browser. ``page`` is the window they look at."""

    def __init__(self, visitor: Visitor, site: Site, email: str) -> None:
        self.visitor, self.site, self.email = visitor, site, email
        self.page: Page = visitor.page

    # Coming in

    def sign_in(self) -> None:
        self.page.goto("/accounts/login/")
        self.fill_sign_in()
        expect(self.page.get_by_text("Your account")).to_be_attached()

    def fill_sign_in(self) -> None:
        self.page.get_by_label("E-mail address").fill(self.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.press("Sign in")

    def sign_up(self, name: str, email: str) -> None:
        """On the sign-up page: fills it in, reads the code on the demo's mail page and confirms the address."""
        self.email = email
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.press("Create the account")
        self.enter_code()

    def enter_code(self) -> None:
        expect(self.heading).to_have_text("Look into your mail")
        self.page.get_by_label("Code").fill(self.reads_code())
        self.press("Continue")

    def reads_code(self) -> str:
        """From the newest letter, in another window."""
        mail = self.visitor.another_tab()
        letters = mail.get_by_role("main").get_by_role("listitem").get_by_role("link")
        self._reload_until(
            letters.first.is_visible, "a letter with a code", mail, f"/demo/mail/?{urlencode({'to': self.email})}"
        )
        letters.first.click()
        text = mail.get_by_role("main").inner_text()
        mail.close()
        found = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", text, re.MULTILINE)
        assert found, text
        return found[1]

    # Looking and pressing

    @property
    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    def press(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        (within or self.page.get_by_role("main")).get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("main").get_by_role("link", name=name, exact=True).click()

    def follow_in_header(self, name: str) -> None:
        self.page.get_by_role("banner").get_by_role("link", name=name, exact=True).click()

    def follow_in_menu(self, name: str) -> None:
        """In the menu behind their own picture."""
        header = self.page.get_by_role("banner")
        header.locator("summary", has_text="Your account").click()
        header.get_by_role("link", name=name, exact=True).click()

    def follow_label(self, name: str) -> None:
        """Chooses a radio button that only its label shows."""
        self.page.get_by_role("main").locator("label", has_text=re.compile(f"^{name}$")).click()

    def confirm(self, name: str) -> None:
        """Opens the question that a serious button asks first, and says yes."""
        self.page.locator("summary", has_text=name).click()
        self.press(name, within=self.page.get_by_role("dialog"))

    def sees(self, *texts: str | re.Pattern[str]) -> None:
        for text in texts:
            expect(self.page.get_by_role("main")).to_contain_text(text)

    def is_told(self, text: str | re.Pattern[str]) -> None:
        """What the site says about the click just made."""
        expect(self.page.locator("#flashes")).to_contain_text(text)

    def attach(self, label: str, *files: Path) -> None:
        self.page.get_by_label(label).set_input_files(files)

    def reads(self, name: str) -> str:
        """Opens a text file that somebody attached; returns what it says."""
        address = self.page.get_by_role("main").get_by_role("link", name=f"Open {name}").first.get_attribute("href")
        window = self.visitor.another_tab()
        window.goto(str(address))
        text = window.inner_text("body")
        window.close()
        return text

    def waits_for(self, text: str, *, seconds: float = 40) -> None:
        """Looks at the same page again and again until it says something."""
        main = self.page.get_by_role("main")
        self._reload_until(
            lambda: text in " ".join(main.inner_text().split()), f"“{text}” on {self.page.url}", seconds=seconds
        )

    def _reload_until(
        self, seen: object, what: str, page: Page | None = None, url: str = "", *, seconds: float = 40
    ) -> None:
        window = page or self.page

        def look() -> bool:
            window.goto(url or window.url)
            return bool(seen())  # type: ignore[operator]

        wait_until(look, seconds=seconds, what=what, every=0.4)

    def gets_letter(self, subject: str, *, seconds: float = 30) -> Letter:
        return self.site.wait_for_letter(self.email, subject, seconds=seconds)

    def is_refused(self, path: str) -> None:
        """The address answers as if nothing were there."""
        answer = self.visitor.context.request.get(path)
        assert answer.status == 404, (path, answer.status)

    # Ordering

    def find(self, title: str) -> None:
        """By the search box in the header."""
        self.page.goto("/")
        box = self.page.get_by_label("Search gigs").first
        box.fill(title)
        box.press("Enter")
        self.page.get_by_role("link", name=title, exact=True).click()
        expect(self.heading).to_have_text(title)

    def order(self, title: str) -> str:
        """Finds a gig, takes its first package and pays. Returns the order's id."""
        self.find(title)
        self.press(re.compile("^Continue with"))
        self.press(re.compile("^Pay"))
        return self.pay()

    def pay(self, card: str = GOOD_CARD) -> str:
        """On the hosted payment page. Returns the id of the order that it leads back to."""
        self.fill_card(card)
        self.page.get_by_role("button", name=re.compile("^Pay")).click()
        self.page.wait_for_url(ORDER_PAGE)
        return self.page.url.rstrip("/").rpartition("/")[2]

    def fill_card(self, card: str) -> None:
        page = self.page
        expect(page.get_by_role("heading", name="Pay with card")).to_be_visible()
        for label, text in {
            "Card number": card,
            "Expiry": "12 / 40",
            "CVC": "123",
            "Cardholder name": "A. Buyer",
        }.items():
            page.get_by_label(label, exact=True).fill(text)

    def sees_the_clock_run(self) -> None:
        """A countdown of seconds moves by itself."""
        clock = self.page.get_by_role("timer")
        expect(clock).to_have_text(re.compile(r"^\s*\d+\ss\s*$"))
        expect(clock).not_to_have_text(clock.inner_text())

    # Talking

    def opens_the_talk_with(self, name: str) -> None:
        self.follow_in_header("Messages")
        self.follow(name)

    # Working

    def opens(self, order_id: str) -> None:
        self.page.goto(f"/orders/{order_id}/")

    def delivers(self, order_id: str, note: str, *files: Path, ticked: tuple[str, ...] = ()) -> None:
        self.opens(order_id)
        self.follow("Deliver the work")
        self.page.get_by_label("What is in it").fill(note)
        self.attach("Files", *files)
        for item in ticked:
            self.page.get_by_label(item).check()
        self.press("Deliver")
        self.is_told("Delivered.")

    def says_what_is_wrong(self, order_id: str, choice: str) -> None:
        """Opens the page that asks what happened, and follows what fits."""
        self.opens(order_id)
        self.follow("Something is wrong")
        self.follow(choice)

    def accepts(self, order_id: str) -> None:
        self.opens(order_id)
        self.press("Accept the work")
        self.sees("You accepted the work. Thank you.")

    def sets_up_payouts(self, name: str) -> None:
        """From the earnings page to the provider's page and back."""
        self.page.goto("/earnings/")
        self.press("Set up payouts")
        expect(self.heading).to_have_text("Set up payouts")
        self.page.get_by_label("Full name").fill(name)
        self.page.get_by_label("IBAN or account number").fill(IBAN)
        self.page.get_by_label("I agree to the terms").check()
        self.page.get_by_role("button", name="Agree and submit").click()
        self.is_told("Your payout account is ready.")

    def shows_balances(self, **amounts: str) -> None:
        """On the earnings page: what stands where."""
        for name, amount in amounts.items():
            self.sees(re.compile(re.escape(amount) + r"\s*" + BALANCES[name]))
