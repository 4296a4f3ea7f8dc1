// Shows the chosen files with their sizes, and a bar while they are sent. Falls back to a plain form.
import { release } from "./submit-once.js";

const size = (bytes) => {
  const unit = bytes >= 1e6 ? "megabyte" : "kilobyte";
  const value = bytes >= 1e6 ? bytes / 1e6 : Math.max(1, Math.round(bytes / 1e3));
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
};

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text) made.textContent = text;
  return made;
}

function item(file) {
  const row = element("span", "file");
  const words = element("span", "min-w-0");
  const ending = file.name.includes(".") ? file.name.split(".").pop().slice(0, 4) : "…";
  words.append(element("span", "file-name", file.name), element("span", "muted tiny", size(file.size)));
  row.append(element("span", "file-kind", ending), words);
  const li = element("li", "max-w-full");
  li.append(row);
  return li;
}

function send(form, box, submitter) {
  const progress = box.querySelector("[data-upload-progress]");
  const bar = progress.querySelector("progress");
  const words = progress.querySelector("[data-upload-text]");
  const request = new XMLHttpRequest();
  progress.hidden = false;
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = Math.round((100 * event.loaded) / event.total);
    const done = event.loaded === event.total;
    words.textContent = done ? words.dataset.finishing : words.dataset.sending.replace("{percent}", bar.value);
  });
  const fail = () => {
    words.textContent = words.dataset.failed;
    release(form);
  };
  request.addEventListener("load", () => finish(request, fail));
  request.addEventListener("error", fail);
  request.open("POST", submitter?.getAttribute("formaction") || form.action);
  request.send(new FormData(form, submitter));
}

// The answer is the page after the redirect, or the form with its errors. It is shown as it came: asking for it
// again would lose the message that it carries.
function finish(request, fail) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  if (!page.querySelector("main")) {
    fail();
    return;
  }
  document.body.replaceWith(page.body);
  document.title = page.title;
  if (request.responseURL !== location.href) {
    history.pushState(null, "", request.responseURL);
    window.addEventListener("popstate", () => location.reload(), { once: true });
  }
  document.dispatchEvent(new CustomEvent("page:settled"));
  window.scrollTo(0, 0);
  (document.querySelector("[autofocus]") ?? document.querySelector("main")).focus();
}

document.addEventListener("change", (event) => {
  const box = event.target.closest?.("[data-upload]");
  if (box) box.querySelector("[data-upload-list]").replaceChildren(...[...event.target.files].map(item));
});

for (const type of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => event.target.closest?.(".drop")?.classList.toggle("over", type === "dragover"));
}

document.addEventListener("submit", (event) => {
  const box = event.target.querySelector?.("[data-upload]");
  const files = [...(box?.querySelector("input[type=file]")?.files ?? [])];
  if (!files.length || event.defaultPrevented) return;
  event.preventDefault();
  send(event.target, box, event.submitter);
});
