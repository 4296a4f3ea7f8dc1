// Changes the theme without a reload; the server keeps the choice in a cookie and writes it on <html>.
const THEMES = { light: "artisan", dark: "artisan-dark" };

function apply(choice) {
  const theme = THEMES[choice];
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.("[data-theme-form]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  apply(data.get("theme"));
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, redirect: "manual" });
    if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error("not kept");
  } catch {
    form.removeAttribute("data-theme-form");
    form.requestSubmit(event.submitter);
  }
});
