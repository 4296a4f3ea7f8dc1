// Served as /sw.js: shows what is pushed, and opens its page. It keeps nothing and answers no request of pages.
self.addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : {};
  if (!told.title) return;
  const shown = { body: told.body, tag: told.tag, data: { url: told.url, page: told.page } };
  event.waitUntil(self.registration.showNotification(told.title, shown));
});

// A window that shows the page already is brought to the front; the link is fetched then, as opening it is reading it.
async function open(link, page) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const known = windows.find((one) => one.url === page);
  if (!known) return self.clients.openWindow(link);
  await known.focus();
  return fetch(link, { redirect: "manual" });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const [link, page] = ["url", "page"].map((name) => new URL(event.notification.data[name], self.location.origin));
  if (link.origin === self.location.origin) event.waitUntil(open(link.href, page.href));
});
