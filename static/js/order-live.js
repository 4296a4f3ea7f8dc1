// Keeps the order page true while somebody looks at it: at every hint (live.js), and when a countdown ends, it asks
// whether anything is new (204: nothing) and replaces the parts that show it. Never while a hand is on one of them:
// then it asks again a little later.
const LATER = 3000;
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

let later = 0;

function soon() {
  clearTimeout(later);
  if (inUse()) later = setTimeout(soon, LATER);
  else look().catch(() => {});
}

document.addEventListener("live:hint", (event) => {
  const isSettled = part("order-head")?.dataset.settled !== undefined;
  if (event.detail === location.pathname || (event.detail === "" && !isSettled)) soon();
});
for (const type of ["visibilitychange", "countdown:over"]) {
  document.addEventListener(type, () => setTimeout(() => look().catch(() => {}), 1500));
}
