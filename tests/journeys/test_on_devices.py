"""A browser that is allowed to show notices: the first time, after coming back to the page, and when one is chosen."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.people import Person

# As Chromium does it with a push service at hand, which there is none here: a worker that is not active may not.
SUBSCRIBES = """
PushManager.prototype.subscribe = async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  if (!registration?.active) throw new DOMException("no active worker", "AbortError");
  return { endpoint: "https://push.example.org/one" };
};
HTMLFormElement.prototype.submit = function () { document.title = this.elements.subscription.value; };
"""
CHOOSES = """async ([url, page]) => {
  const done = [];
  WindowClient.prototype.focus = async function () { done.push(`focus ${this.url}`); };
  self.clients.openWindow = async (link) => done.push(`open ${link}`);
  self.fetch = async (link) => done.push(`read ${link}`);
  const event = new Event("notificationclick");
  event.notification = { close() {}, data: { url, page } };
  let work;
  event.waitUntil = (promise) => { work = promise; };
  self.dispatchEvent(event);
  await work;
  return done.map((each) => each.replaceAll(self.location.origin, ""));
}"""


def test_the_first_try_succeeds_and_coming_back_finds_a_button_that_works(person: Callable[..., Person]) -> None:
    owner = person("jon")
    owner.visitor.context.grant_permissions(["notifications"])
    page = owner.page
    page.add_init_script(SUBSCRIBES)
    page.goto("/settings/notices/")
    button = page.get_by_role("button", name="Show notices on this device")
    button.click()
    expect(page).to_have_title('{"endpoint":"https://push.example.org/one"}')
    expect(button).to_have_attribute("aria-busy", "true")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(button).not_to_have_attribute("aria-busy", "true")

    [worker] = owner.visitor.context.service_workers
    page.goto("/messages/")
    chosen = worker.evaluate(CHOOSES, ["/notices/7/", "/messages/"])
    assert chosen == ["focus /messages/", "read /notices/7/"]
    chosen = worker.evaluate(CHOOSES, ["/notices/8/", "/orders/"])
    assert chosen == ["open /notices/8/"]
