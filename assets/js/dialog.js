// Turns <details data-dialog> into a native dialog. Without this script it simply unfolds.
function toDialog(details) {
  const body = details.querySelector(".confirm-body");
  const dialog = document.createElement("dialog");
  const heading = body.querySelector("h2");
  dialog.className = "sheet";
  if (heading) {
    heading.id ||= `dialog-${crypto.randomUUID()}`;
    dialog.setAttribute("aria-labelledby", heading.id);
  }
  dialog.append(body);
  details.append(dialog);
  body.querySelectorAll("[data-close]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => dialog.close());
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    details.open = false;
    details.querySelector("summary").focus();
  });
  // What cannot be undone does not get the first Enter.
  const show = () => {
    dialog.showModal();
    if (body.querySelector(".btn-error")) body.querySelector("[data-close]")?.focus();
  };
  details.addEventListener("toggle", () => {
    if (details.open && !dialog.open) show();
  });
  if (details.open) show();
}

function enhance(root) {
  for (const details of root.querySelectorAll("details[data-dialog]:not([data-ready])")) {
    details.dataset.ready = "1";
    toDialog(details);
  }
}

enhance(document);
for (const type of ["htmx:afterSettle", "page:settled"]) document.addEventListener(type, (event) => enhance(event.target));
