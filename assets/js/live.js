// Tells this page that something is new: over the live line where there is one, else by asking every few seconds.
// Of all open tabs one holds the line and tells the others. A hint says which page shows the new; parts listen for
// `live:hint` (detail: that path, or "" where anything may be new). What is missed is found by asking, later.
const body = document.body.dataset;
const POLL = 8000; // without a line
const LOOK = 60000; // with one
const BELL = 60000; // the numbers, without a line
const channel = "BroadcastChannel" in window ? new BroadcastChannel("live") : null;
let isOpen = false; // some tab holds a line that is open
let holds = false; // this one does
let pass = body.pass;
let looked = Date.now();
let counted = Date.now();
let counting = 0;

function tell(page) {
  looked = Date.now();
  document.dispatchEvent(new CustomEvent("live:hint", { detail: page }));
  clearTimeout(counting);
  counting = setTimeout(() => count().catch(() => {}), 400);
}

function put(element, number) {
  if (!element) return;
  let pip = element.querySelector(".pip");
  if (!number) return pip?.remove();
  if (!pip) {
    pip = document.createElement("span");
    pip.className = "pip";
    element.append(pip);
  }
  if (pip.firstChild?.data !== String(number)) {
    pip.textContent = number;
    const unread = document.createElement("span");
    unread.className = "sr-only";
    unread.textContent = ` ${element.dataset.unread ?? ""}`;
    pip.append(unread);
  }
}

// The numbers of the bell, with a new pass; null for who is not signed in any more.
async function ask() {
  const answer = await fetch(body.unreadUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) return null;
  const told = await answer.json();
  pass = told.pass;
  return told;
}

async function count() {
  if (document.hidden) return;
  counted = Date.now();
  const told = await ask();
  if (!told) return;
  put(document.querySelector("[data-bell]"), told.notices);
  for (const one of document.querySelectorAll("[data-messages]")) put(one, told.messages);
}

function hear(message) {
  if (message.type === "state") isOpen = message.isOpen;
  else if (message.type === "hint") tell(message.page);
  else if (holds) channel.postMessage({ type: "state", isOpen }); // a tab is new
}

function say(message) {
  hear(message);
  channel?.postMessage(message);
}

// Holds the line until the tab goes, seen or not; an ended line is taken up again with a new pass.
function hold() {
  holds = true;
  return new Promise(() => {
    let pause = 1000;
    const open = () => {
      const address = new URL(body.live, location.href);
      address.searchParams.set("pass", pass);
      const source = new EventSource(address);
      source.addEventListener("open", () => {
        pause = 1000;
        const wasAway = !isOpen;
        say({ type: "state", isOpen: true });
        if (wasAway) say({ type: "hint", page: "" });
      });
      source.addEventListener("message", (event) => say({ type: "hint", page: JSON.parse(event.data).page }));
      source.addEventListener("error", () => {
        say({ type: "state", isOpen: false });
        if (source.readyState !== EventSource.CLOSED) return;
        setTimeout(() => ask().catch(() => {}).then(open), pause);
        pause = Math.min(2 * pause, 60000);
      });
    };
    open();
  });
}

if (body.unreadUrl) {
  if (channel) {
    channel.onmessage = (event) => hear(event.data);
    channel.postMessage({ type: "state?" });
  }
  if (body.live) {
    if (navigator.locks && channel) navigator.locks.request("live", hold);
    else hold();
  }
  setInterval(() => {
    if (document.hidden) return;
    if (Date.now() - looked >= (isOpen ? LOOK : POLL)) {
      looked = Date.now();
      document.dispatchEvent(new CustomEvent("live:hint", { detail: "" }));
    }
    if (Date.now() - counted >= BELL) count().catch(() => {});
  }, 1000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) tell("");
  });
}
