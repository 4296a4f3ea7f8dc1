// A script that the first view can do without (<script type="later" src="…">) is fetched when the page has loaded, or as
// soon as somebody changes a field; the change is told again then, as nobody listened to the first.

const marks = [...document.querySelectorAll('script[type="later"]')];
let changed;

function fetchAll() {
  for (const mark of marks.splice(0)) {
    const script = document.createElement("script");
    script.src = mark.getAttribute("src");
    script.addEventListener("load", () => {
      document.removeEventListener("change", fetchNow, true);
      changed?.dispatchEvent(new Event("change", { bubbles: true }));
    });
    mark.replaceWith(script);
  }
}

function fetchNow(event) {
  changed = event.target;
  fetchAll();
}

if (marks.length) {
  document.addEventListener("change", fetchNow, true);
  if (document.readyState === "complete") fetchAll();
  else window.addEventListener("load", fetchAll, { once: true });
}
