// Keeps the order page true while somebody looks at it: every 15 seconds, and when a countdown ends, it asks whether
// anything is new (204: nothing) and replaces the parts that show it. Never while a hand is on one of them.
const PERIOD = 15000;
const PARTS = ["order-head", "order-proposals", "order-delivery", "order-story", "order-promises", "order-money"];

const part = (id) => document.getElementById(id);
const inUse = () =>
  PARTS.some((id) => part(id)?.querySelector("details[open], dialog[open]") || part(id)?.contains(document.activeElement));

async function look() {
  const head = part("order-head");
  if (!head || document.hidden || inUse()) return;
  const address = new URL(location.href);
  address.searchParams.set("seen", head.dataset.digest);
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (answer.status !== 200 || answer.redirected || inUse()) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const said = head.querySelector("h1")?.textContent;
  for (const id of PARTS) {
    const next = fresh.getElementById(id);
    if (next && part(id)) part(id).replaceWith(document.adoptNode(next));
  }
  // The parts are new elements, which screen readers do not announce: the sentence is said in one that stays.
  const says = part("order-head").querySelector("h1")?.textContent;
  if (says !== said) part("order-said").textContent = says;
  document.dispatchEvent(new CustomEvent("page:settled"));
}

function again() {
  if (part("order-head")?.dataset.settled === undefined) setTimeout(() => look().catch(() => {}).then(again), PERIOD);
}

again();
for (const type of ["visibilitychange", "countdown:over"]) {
  document.addEventListener(type, () => setTimeout(() => look().catch(() => {}), 1500));
}
