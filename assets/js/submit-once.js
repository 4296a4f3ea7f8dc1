// A form with data-once is sent once: a second click waits. The server is safe without this (form keys).
const sending = new WeakSet();

function busy(form, on) {
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    if (on) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]") || event.defaultPrevented) return;
  if (sending.has(form)) {
    event.preventDefault();
    return;
  }
  sending.add(form);
  busy(form, true);
});

// The back button brings the old page back from memory: make its forms usable again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-once]")) {
    sending.delete(form);
    busy(form, false);
  }
});

// A script that sent the form itself says so where it may be sent again.
document.addEventListener("form:release", (event) => {
  sending.delete(event.target);
  busy(event.target, false);
});
