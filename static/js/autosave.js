// Keeps a step of the editor as it is typed (<form data-autosave>), and says so in [data-autosave-said].
// What is kept is a draft that its writer alone sees; the buttons save. Files are sent by the buttons;
// where one of them stays on the page (do=stay), as soon as they are chosen.
const PAUSE = 1200;
const AGAIN = 5000;

class Autosave {
  constructor(form) {
    this.form = form;
    this.said = document.querySelector("[data-autosave-said]");
    this.isDirty = this.isLeaving = this.isRefused = false;
    form.addEventListener("input", (event) => this.note(event));
    form.addEventListener("change", (event) => this.note(event));
    form.addEventListener("submit", () => this.leave());
    addEventListener("online", () => this.soon(0));
    addEventListener("pagehide", () => this.flush());
    addEventListener("pageshow", () => (this.isLeaving = false));
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.flush());
  }

  note(event) {
    const keeps = this.form.querySelector('button[value="stay"]');
    if (event.type === "change" && event.target.type === "file" && event.target.value && keeps) this.form.requestSubmit(keeps);
    if (event.target.type === "file" || event.target.matches("[data-unsaved]")) return;
    this.isDirty = true;
    this.soon(PAUSE);
  }

  soon(delay) {
    clearTimeout(this.timer);
    if (this.isDirty) this.timer = setTimeout(() => this.send(), delay);
  }

  // The form itself is on its way: what it carries is newer than anything that is still to be kept.
  leave() {
    this.isLeaving = true;
    clearTimeout(this.timer);
    this.request?.abort();
  }

  flush() {
    clearTimeout(this.timer);
    if (this.isDirty && !this.isLeaving && !this.isRefused) fetch(this.form.action, { ...this.options(), keepalive: true }).catch(() => {});
    this.isDirty = false;
  }

  options() {
    const data = new FormData(this.form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    data.set("do", "autosave");
    data.delete("row");
    return { method: "POST", body: new URLSearchParams(data), headers: { Accept: "application/json" }, redirect: "error" };
  }

  async send() {
    if (this.isLeaving || this.isRefused) return;
    this.request?.abort();
    this.request = new AbortController();
    const { signal } = this.request;
    this.isDirty = false;
    this.say(this.form.dataset.saving);
    try {
      const answer = await fetch(this.form.action, { ...this.options(), signal });
      if (answer.ok || answer.status === 422) this.heard(answer.ok, await answer.json());
      else if (answer.status === 403 || answer.status === 404) this.say(this.form.dataset.signedOut);
      else this.later();
    } catch (error) {
      if (!signal.aborted) this.later(error);
    }
  }

  heard(isKept, { said, stop = false }) {
    this.say(said);
    this.isRefused = stop;
    if (isKept) document.body.dispatchEvent(new CustomEvent("gig:saved"));
  }

  later() {
    this.isDirty = true;
    this.say(this.form.dataset.again);
    this.soon(AGAIN);
  }

  say(text) {
    if (this.said && this.said.textContent !== text) this.said.textContent = text;
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) new Autosave(form);
