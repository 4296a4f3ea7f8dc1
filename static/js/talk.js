// A conversation that is open: what is new appears, what is written goes out without a reload. What cannot be sent
// stays in this browser with its key and goes when there is a connection: the server takes the same key once.

const HEADERS = { "HX-Request": "true" };
const AGAIN = 5000;
const talk = document.querySelector("[data-talk]");
const thread = document.getElementById("thread");
const unsent = talk?.querySelector("[data-unsent]");
const store = `unsent:${talk?.dataset.page}`;
const composer = () => document.getElementById("composer");

const last = () => Math.max(0, ...[...thread.querySelectorAll("[data-message]")].map((one) => Number(one.dataset.message)));
const seen = () => document.getElementById("seen")?.dataset.seen ?? "";
const isAtEnd = () => thread.getBoundingClientRect().bottom < innerHeight + 200;

// Puts in what a fragment brings; what is there already stays as it is.
function take(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const wasAtEnd = isAtEnd();
  const news = [...fresh.querySelectorAll("[data-message]")].filter((one) => !document.getElementById(one.id));
  const waiting = thread.querySelector("[data-waits]");
  for (const one of news) thread.insertBefore(document.adoptNode(one), waiting);
  const line = fresh.getElementById("seen");
  if (line) document.getElementById("seen").replaceWith(document.adoptNode(line));
  if (!news.length) return;
  talk.querySelector("[data-nothing-yet]")?.remove();
  const theirs = news.filter((one) => !one.classList.contains("talk-mine"));
  const said = theirs.at(-1)?.querySelector(".bubble")?.textContent.trim();
  if (said) talk.querySelector("[data-talk-said]").textContent = said.slice(0, 200);
  if (wasAtEnd) news.at(-1).scrollIntoView({ block: "nearest" });
  document.dispatchEvent(new CustomEvent("page:settled"));
}

let asking = false;
let askAgain = false;

async function look() {
  if (document.hidden) return;
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  try {
    do {
      askAgain = false;
      const query = new URLSearchParams({ after: last(), seen: seen() });
      const answer = await fetch(`${talk.dataset.talk}?${query}`, { headers: HEADERS });
      if (answer.status === 200 && !answer.redirected) take(await answer.text());
    } while (askAgain);
  } finally {
    asking = false;
  }
}

// randomUUID is there only where the connection is safe.
const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
const kept = () => JSON.parse(localStorage.getItem(store) ?? "[]");
const keep = (rows) => (rows.length ? localStorage.setItem(store, JSON.stringify(rows)) : localStorage.removeItem(store));

function show(row, hasFailed) {
  let item = thread.querySelector(`[data-key="${row.key}"]`);
  if (!item) {
    item = unsent.content.cloneNode(true).firstElementChild;
    item.dataset.key = row.key;
    item.querySelector("[data-text]").textContent = row.body;
    thread.append(item);
    item.scrollIntoView({ block: "nearest" });
  }
  item.querySelector("[data-sending]").hidden = hasFailed;
  item.querySelector("[data-failed]").hidden = !hasFailed;
}

const drop = (key) => thread.querySelector(`[data-key="${key}"]`)?.remove();

// Raises where nobody answered. A refusal puts the form back with its words and the reason.
async function send(row) {
  const form = composer();
  const fields = new FormData();
  for (const [name, value] of row.fields) fields.append(name, value);
  fields.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  fields.set("after", last());
  const answer = await fetch(talk.dataset.page, { method: "POST", body: fields, headers: HEADERS });
  if (answer.status >= 500) throw new Error(`status ${answer.status}`);
  if (answer.redirected) return location.reload(); // signed out: it goes after signing in
  drop(row.key);
  keep(kept().filter((one) => one.key !== row.key));
  if (answer.status === 422) {
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("composer");
    form.replaceWith(document.adoptNode(fresh));
    fresh.querySelector("[aria-invalid], textarea")?.focus();
  } else if (answer.ok) {
    if (answer.status === 200) take(await answer.text());
  } else {
    // Refused for another reason: the plain way shows it.
    form.elements.body.value = row.body;
    form.elements.form_key.value = row.key;
    form.submit();
  }
}

let sending = Promise.resolve();
let timer = 0;

// One after the other, in the order in which they were written.
function sendAll() {
  clearTimeout(timer);
  sending = sending.then(async () => {
    for (const row of kept()) {
      show(row, false);
      try {
        await send(row);
      } catch {
        for (const one of kept()) show(one, true);
        timer = setTimeout(sendAll, AGAIN);
        return;
      }
    }
  });
  return sending;
}

function submit(event) {
  const form = event.target.closest("[data-composer]");
  if (!form || event.defaultPrevented) return;
  const fields = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && !(value instanceof File));
  const hasFiles = [...new FormData(form)].some(([, value]) => value instanceof File && value.size);
  const body = form.elements.body.value.trim();
  // Files, and what would be refused, go the plain way: with a page that shows them.
  if (hasFiles || form.querySelector("[data-upload-list] li") || !body) return;
  event.preventDefault();
  const row = { key: form.elements.form_key.value, body, fields };
  keep([...kept(), row]);
  show(row, false);
  form.elements.body.value = "";
  form.elements.form_key.value = newKey();
  form.dispatchEvent(new Event("form:release", { bubbles: true }));
  form.elements.body.focus();
  sendAll();
}

function insert(event) {
  const button = event.target.closest("[data-words]");
  if (!button) return;
  const field = button.form.elements.body;
  const space = field.value && !/\s$/.test(field.value) ? "\n" : "";
  field.setRangeText(space + button.dataset.words, field.selectionEnd, field.selectionEnd, "end");
  field.focus();
}

for (const one of document.querySelectorAll("[data-replies]")) one.hidden = false;
document.addEventListener("click", insert);
if (talk && composer()) {
  document.addEventListener("submit", submit);
  document.addEventListener("live:hint", (event) => {
    if (event.detail === "" || event.detail === talk.dataset.page) look().catch(() => {});
  });
  window.addEventListener("online", sendAll);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form === composer()) {
      event.target.form.requestSubmit();
    }
  });
  sendAll();
}
