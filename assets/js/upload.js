// Sends each chosen file at once and in pieces (tus), beside the form: it can pause, goes on by itself after a cut, and
// where a reload took it away it goes on when the same file is chosen again. Without this the files go with the form.

const PIECE = 8 << 20;
const AT_ONCE = 2;
const PATIENCE = [0, 1000, 2000, 4000, 8000, ...Array(60).fill(15000)];
const VERSION = { "Tus-Resumable": "1.0.0" };
const boxes = new WeakMap();
let loading;

function amount(value, unit, digits) {
  const unitDisplay = unit === "byte" ? "long" : "short"; // the short name of a byte knows no plural
  const options = { style: "unit", unit, unitDisplay, maximumFractionDigits: digits };
  return new Intl.NumberFormat(document.documentElement.lang, options).format(value);
}

function size(bytes) {
  const [unit, one] = [["gigabyte", 1e9], ["megabyte", 1e6], ["kilobyte", 1e3]].find(([, step]) => bytes >= step) ?? ["byte", 1];
  return amount(bytes / one, unit, one >= 1e6 ? 1 : 0);
}

function span(seconds) {
  if (seconds < 60) return amount(Math.max(1, Math.round(seconds)), "second", 0);
  return seconds < 5400 ? amount(Math.round(seconds / 60), "minute", 0) : amount(seconds / 3600, "hour", 1);
}

class Box {
  constructor(element) {
    this.element = element;
    this.list = element.querySelector("[data-upload-list]");
    this.says = element.querySelector("[data-upload-says]");
    this.input = element.querySelector("input[type=file]");
    this.jobs = [];
    for (const row of this.list.children) this.adopt(row);
  }

  // A file that lay here when the page came.
  adopt(row) {
    const remove = row.querySelector("[data-upload-remove]");
    remove.hidden = false;
    remove.addEventListener("click", async () => {
      await fetch(row.dataset.address, { method: "DELETE", headers: { ...VERSION, ...this.token } });
      row.remove();
      this.input.focus();
    });
  }

  get token() {
    return { "X-CSRFToken": this.element.closest("form").elements.csrfmiddlewaretoken.value };
  }

  take(files) {
    for (const file of files) this.add(file);
    this.input.value = ""; // they go their own way, not with the form
    this.next();
  }

  add(file) {
    const mark = String(file.lastModified);
    if (this.jobs.some((job) => job.isOf(file))) return;
    const known = [...this.list.children].find(
      ({ dataset }) => dataset.name === file.name && dataset.size === String(file.size) && dataset.mark === mark,
    );
    if (known?.dataset.whole !== undefined) return;
    this.jobs.push(new Job(this, file, mark, known));
  }

  // So many at once, the others in their order.
  next() {
    const free = AT_ONCE - this.jobs.filter((job) => job.state === "sending").length;
    for (const job of this.jobs.filter(({ state }) => state === "waiting").slice(0, Math.max(0, free))) job.start();
    if (this.held && !this.isBusy) this.sendForm();
  }

  get isBusy() {
    return this.jobs.some(({ state }) => state === "sending" || state === "waiting");
  }

  get isStuck() {
    return this.jobs.some(({ state }) => state === "paused" || state === "failed");
  }

  // Keeps a form back while its files are under way, and sends it when they are here.
  hold(event) {
    if (event.submitter?.hasAttribute("data-leaves") || (!this.isBusy && !this.isStuck)) return;
    event.preventDefault();
    if (this.isStuck) this.stop(event.target);
    else {
      this.held = { form: event.target, submitter: event.submitter };
      this.says.textContent = this.says.dataset.first;
    }
  }

  stop(form) {
    this.held = undefined;
    this.says.textContent = this.says.dataset.stuck;
    form.dispatchEvent(new Event("form:release", { bubbles: true }));
    this.jobs.find(({ state }) => state === "paused" || state === "failed")?.button("go").focus();
  }

  sendForm() {
    const { form, submitter } = this.held;
    if (this.isStuck) return this.stop(form);
    this.held = undefined;
    form.dispatchEvent(new Event("form:release", { bubbles: true }));
    form.requestSubmit(submitter?.isConnected ? submitter : undefined);
  }
}

class Job {
  constructor(box, file, mark, known) {
    Object.assign(this, { box, file, mark, address: known?.dataset.address, state: "waiting", percent: 0 });
    this.row = box.element.querySelector("[data-upload-row]").content.firstElementChild.cloneNode(true);
    this.row.querySelector(".file-kind").textContent = file.name.includes(".") ? file.name.split(".").pop().slice(0, 4) : "…";
    const name = this.row.querySelector(".file-name");
    name.textContent = name.title = file.name;
    for (const button of this.row.querySelectorAll("button")) {
      const hidden = document.createElement("span");
      hidden.className = "sr-only";
      hidden.textContent = ` ${file.name}`;
      button.append(hidden);
    }
    if (known) known.replaceWith(this.row);
    else box.list.append(this.row);
    this.button("pause").addEventListener("click", () => this.pause());
    this.button("go").addEventListener("click", () => this.go());
    this.button("remove").addEventListener("click", () => this.remove());
    this.show(file.size ? "waiting" : "empty", file.size ? "waiting" : "failed");
  }

  isOf(file) {
    return this.file.name === file.name && this.file.size === file.size && this.file.lastModified === file.lastModified;
  }

  button(name) {
    return this.row.querySelector(`[data-upload-${name}]`);
  }

  show(said, state = this.state, words) {
    this.state = state;
    const text = words ?? this.box.says.dataset[said] ?? "";
    const facts = { percent: this.percent, size: size(this.file.size), time: this.left };
    this.row.querySelector("[data-upload-text]").textContent = text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
    this.row.querySelector("progress").value = this.percent;
    this.row.querySelector("progress").hidden = state === "here";
    this.button("pause").hidden = state !== "sending" && state !== "waiting";
    this.button("go").hidden = (state !== "paused" && state !== "failed") || !this.file.size;
  }

  async start() {
    this.show("waiting", "sending");
    loading ??= import(this.box.element.dataset.client).then(() => window.tus);
    const tus = await loading;
    if (this.state !== "sending") return;
    this.upload ??= new tus.Upload(this.file, this.options());
    this.since = undefined;
    this.upload.start();
  }

  options() {
    return {
      endpoint: this.box.element.dataset.uploads,
      uploadUrl: this.address ?? null,
      chunkSize: PIECE,
      retryDelays: PATIENCE,
      storeFingerprintForResuming: false,
      metadata: { filename: this.file.name, place: this.box.element.dataset.place, mark: this.mark },
      headers: this.box.token,
      onProgress: (sent, all) => this.moved(sent, all),
      onShouldRetry: (error) => this.mayRetry(error),
      onError: (error) => this.fail(error),
      onSuccess: () => this.finish(),
    };
  }

  moved(sent, all) {
    const now = performance.now();
    this.since ??= { sent, now };
    this.percent = Math.floor((100 * sent) / all);
    const pace = (sent - this.since.sent) / (now - this.since.now); // bytes in a millisecond
    this.left = pace > 0 ? span((all - sent) / pace / 1000) : "";
    const isKnown = now - this.since.now > 3000 && this.left;
    if (this.state === "sending") this.show(sent === all ? "checking" : isKnown ? "left" : "sending");
  }

  // A piece at the wrong place, one that another connection still holds, a damaged one: asking how far it is mends it.
  mayRetry(error) {
    const status = error.originalResponse?.getStatus() ?? 0;
    const may = !status || [409, 423, 460].includes(status) || (status >= 500 && status !== 507);
    if (may && !status) {
      this.since = undefined;
      this.show("cut");
    }
    return may;
  }

  fail(error) {
    const answer = error.originalResponse;
    const isSaid = answer?.getHeader("content-type")?.startsWith("text/plain");
    const isOut = [401, 403].includes(answer?.getStatus());
    this.show(isOut ? "signedOut" : "failed", "failed", isSaid && !isOut ? answer.getBody() : undefined);
    this.box.next();
  }

  finish() {
    this.percent = 100;
    const id = document.createElement("input");
    Object.assign(id, { type: "hidden", name: "uploads", value: this.upload.url.replace(/\/$/, "").split("/").pop() });
    this.row.append(id);
    this.show("here", "here");
    this.box.next();
  }

  pause() {
    this.upload?.abort();
    this.show("paused", "paused");
    this.button("go").focus();
    this.box.next();
  }

  go() {
    this.show("waiting", "waiting");
    this.button("pause").focus();
    this.box.next();
  }

  remove() {
    const leave = () => {
      this.row.remove();
      this.box.jobs = this.box.jobs.filter((job) => job !== this);
      this.box.input.focus();
      this.box.next();
    };
    // What was begun is taken away there, too; where that fails it goes by itself after some days.
    if (this.upload?.url) this.upload.abort(true).catch(() => {}).then(leave);
    else {
      this.upload?.abort();
      leave();
    }
  }
}

function box(element) {
  if (!boxes.has(element)) boxes.set(element, new Box(element));
  return boxes.get(element);
}

for (const element of document.querySelectorAll("[data-uploads]")) box(element);

document.addEventListener("change", (event) => {
  const element = event.target.closest?.("[data-uploads]");
  if (element && event.target.type === "file" && event.target.files.length) box(element).take([...event.target.files]);
});

for (const type of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => event.target.closest?.(".drop")?.classList.toggle("over", type === "dragover"));
}

document.addEventListener("submit", (event) => {
  const element = event.target.querySelector?.("[data-uploads]");
  if (element && !event.defaultPrevented) box(element).hold(event);
});

// The network is back: what had given up goes on.
window.addEventListener("online", () => {
  for (const element of document.querySelectorAll("[data-uploads]")) {
    for (const job of box(element).jobs) if (job.state === "failed" && job.upload) job.go();
  }
});
