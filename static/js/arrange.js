// The gallery's page of its seller: files are added as soon as they are chosen; rows are dragged by their handles or
// moved by buttons, and what changes is saved at once. Without this the page's forms do the same.
const adds = document.querySelector("[data-adds]");
let settle = async () => {}; // saves what is being typed
adds?.addEventListener("change", (event) => {
  // After upload.js has taken the files: it sends the form when the last one is here.
  if (event.target.type === "file") settle().then(() => setTimeout(() => adds.requestSubmit()));
});

const PAUSE = 1200; // milliseconds without a key
const list = document.querySelector("[data-arrange]");
const form = document.querySelector("#arrange");
if (list && form) {
  const says = form.querySelector("[data-says]");
  const rows = () => [...list.children];
  let saving = Promise.resolve();

  const redraw = () => {
    const all = rows();
    for (const row of all) {
      row.querySelector('[data-move="-1"]').disabled = row === all[0];
      row.querySelector('[data-move="1"]').disabled = row === all.at(-1);
    }
  };

  const send = async (words) => {
    const answer = await fetch(form.getAttribute("action") || location.pathname, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
      keepalive: true, // whoever goes on at once loses nothing
    });
    const said = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
    if (!answer.ok || said.version === undefined) {
      says.textContent = said.message ?? list.dataset.failed;
      if (answer.status === 409) setTimeout(() => location.reload(), 3000); // what is typed here is old
      return;
    }
    form.elements.version.value = said.version;
    for (const row of rows()) row.querySelector("[data-cover]").hidden = row.dataset.item !== String(said.cover);
    says.textContent = words;
    document.body.dispatchEvent(new CustomEvent("gig:saved"));
  };

  // One after the other: each goes on from the version that the one before has made.
  const save = (words = list.dataset.saved) => {
    saving = saving.then(() => send(words)).catch(() => (says.textContent = list.dataset.failed));
  };

  const moved = (row) => {
    redraw();
    const facts = { place: rows().indexOf(row) + 1, number: rows().length };
    save(list.dataset.moved.replace(/\{(\w+)\}/g, (_, name) => facts[name]));
  };

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-item]");
    const isUp = button.dataset.move === "-1";
    const other = isUp ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (isUp) other.before(row);
    else other.after(row);
    moved(row);
    (button.disabled ? row.querySelector("[data-move]:not(:disabled)") : button).focus();
  });

  let typing;
  settle = async () => {
    if (typing) save();
    clearTimeout(typing);
    typing = undefined;
    await saving;
  };
  list.addEventListener("input", (event) => {
    if (!event.target.name?.startsWith("alt-")) return;
    clearTimeout(typing);
    typing = setTimeout(settle, PAUSE);
  });
  list.addEventListener("change", settle);
  addEventListener("pagehide", settle);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });

  for (const handle of list.querySelectorAll("[data-handle]")) {
    handle.hidden = false;
    handle.addEventListener("pointerdown", (event) => drag(event, handle.closest("[data-item]")));
  }

  function drag(event, row) {
    if (event.button) return;
    event.preventDefault();
    const handle = event.currentTarget;
    const before = rows().indexOf(row);
    handle.setPointerCapture(event.pointerId);
    row.classList.add("moving");
    const follow = ({ clientY }) => {
      const others = rows().filter((other) => other !== row);
      const next = others.find((other) => {
        const { top, height } = other.getBoundingClientRect();
        return clientY < top + height / 2;
      });
      if (next ? row.nextElementSibling !== next : row !== list.lastElementChild) list.insertBefore(row, next ?? null);
      if (!handle.hasPointerCapture(event.pointerId)) handle.setPointerCapture(event.pointerId);
      if (clientY < 60) scrollBy(0, -12);
      else if (clientY > innerHeight - 60) scrollBy(0, 12);
    };
    const drop = () => {
      handle.removeEventListener("pointermove", follow);
      row.classList.remove("moving");
      if (rows().indexOf(row) !== before) moved(row);
    };
    handle.addEventListener("pointermove", follow);
    for (const kind of ["pointerup", "pointercancel"]) handle.addEventListener(kind, drop, { once: true });
  }
  redraw();
}
