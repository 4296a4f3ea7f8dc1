// A script that the first view can do without (<script type="later" src="…">) is fetched when the page has loaded. Where
// somebody changes a field of a form that waits for it (htmx) before it is there, the form is sent as without scripts.

const marks = [...document.querySelectorAll('script[type="later"]')];

function fetchAll() {
  for (const mark of marks) {
    const script = document.createElement("script");
    script.src = mark.getAttribute("src");
    script.addEventListener("load", () => document.removeEventListener("change", send));
    mark.replaceWith(script);
  }
}

function send(event) {
  if (event.target.form?.hasAttribute("hx-get")) event.target.form.requestSubmit();
}

if (marks.length) {
  document.addEventListener("change", send);
  if (document.readyState === "complete") fetchAll();
  else window.addEventListener("load", fetchAll, { once: true });
}
