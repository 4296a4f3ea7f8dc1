// Hearts. In the page they are links, the same for everybody; for who is signed in they become buttons that say
// whether this is saved, and save or remove it on the spot. Without this script the links lead to a page with a form.
const menu = document.querySelector("[data-saved-ids]");
const JSON_ONLY = { Accept: "application/json" };
const SHOWN_MS = 10000;
let words = {};
let bar, timer;

const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
const hearts = () => [...document.querySelectorAll("a[data-save]")];

function idsOf(found, kind) {
  const prefix = `${kind}:`;
  const named = found.map((heart) => heart.dataset.save).filter((name) => name.startsWith(prefix));
  return [...new Set(named.map((name) => name.slice(prefix.length)))].join(",");
}

async function enhance() {
  const found = hearts();
  if (!menu || !found.length) return;
  const asked = new URLSearchParams({ ids: idsOf(found, "gig"), sellers: idsOf(found, "seller") });
  const answer = await fetch(`${menu.dataset.savedIds}?${asked}`, { headers: JSON_ONLY });
  if (!answer.ok) return; // signed out meanwhile: the links still work
  const saved = await answer.json();
  words = saved.words;
  makeBar();
  for (const heart of found) {
    const [kind, id] = heart.dataset.save.split(":");
    toButton(heart, saved[kind].includes(Number(id)));
  }
}

function toButton(link, isSaved) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = link.className;
  button.dataset.kept = link.dataset.save;
  button.dataset.url = link.getAttribute("href");
  button.setAttribute("aria-pressed", String(isSaved));
  if (link.hasAttribute("aria-label")) button.setAttribute("aria-label", link.getAttribute("aria-label"));
  button.append(...link.childNodes);
  button.addEventListener("click", () => press(button));
  link.replaceWith(button);
}

const press = (button) =>
  send(button, { act: button.getAttribute("aria-pressed") === "true" ? "remove" : "save" });

// The same gig may stand on the page more than once.
const twins = (button) => document.querySelectorAll(`[data-kept="${button.dataset.kept}"]`);

async function send(button, deed) {
  if (button.hasAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  try {
    const body = new URLSearchParams(deed);
    const headers = { ...JSON_ONLY, "X-CSRFToken": token() };
    const answer = await fetch(button.dataset.url, { method: "POST", body, headers });
    if (answer.status === 403) return void location.assign(button.dataset.url);
    const said = await answer.json();
    if (answer.ok) for (const twin of twins(button)) twin.setAttribute("aria-pressed", String(said.saved));
    say(said.text, answer.ok && button, said);
  } catch {
    location.assign(button.dataset.url); // the page with the form says what is wrong
  } finally {
    button.removeAttribute("aria-busy");
  }
}

function makeBar() {
  if (bar) return;
  bar = document.createElement("div");
  bar.className = "said-bar";
  bar.setAttribute("role", "status");
  for (const type of ["focusin", "pointerenter"]) bar.addEventListener(type, () => clearTimeout(timer));
  for (const type of ["focusout", "pointerleave"]) bar.addEventListener(type, () => hideLater());
  document.body.append(bar);
}

function say(text, button, said) {
  const line = document.createElement("span");
  line.textContent = text;
  bar.replaceChildren(line);
  if (button) bar.append(undo(button, said));
  if (button && said.saved) bar.append(change(button));
  hideLater();
}

function undo(button, said) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = words.undo;
  made.addEventListener("click", () => {
    button.focus();
    send(button, said.saved ? { act: "remove" } : { act: "save", ...said.undo });
  });
  return made;
}

function change(button) {
  const made = document.createElement("a");
  made.href = button.dataset.url;
  made.textContent = words.change;
  return made;
}

function hideLater() {
  clearTimeout(timer);
  timer = setTimeout(() => bar.replaceChildren(), SHOWN_MS);
}

enhance().catch(() => {});
for (const type of ["htmx:afterSettle", "page:settled"]) {
  document.addEventListener(type, () => enhance().catch(() => {}));
}
