// The split slider of the decision form: shows both amounts while the hand moves.
//   <form data-split data-amount="6600" {% currency_data "EUR" %} data-preview="/…/preview/">
//     <input type="range" class="split" name="seller_percent" min="0" max="100">
//     <output data-seller> <output data-buyer> <output data-percent> <output data-rest> <table data-postings>
// The exact postings come from the server (data-preview, asked with the form's fields); these words are a first look.
import { format, portion } from "./money.js";

function update(form) {
  const slider = form.querySelector("input[type=range]");
  const amount = Number.parseInt(form.dataset.amount, 10);
  const percent = Number.parseInt(slider.value, 10);
  const seller = portion(amount, percent, 100, form.dataset);
  const show = (minor) => format(minor, form.dataset);
  set(form, "[data-seller]", show(seller));
  set(form, "[data-buyer]", show(amount - seller));
  set(form, "[data-percent]", String(percent));
  set(form, "[data-rest]", String(100 - percent));
  slider.style.setProperty("--fill", `${percent}%`);
  slider.setAttribute("aria-valuetext", `${percent} / ${100 - percent}`);
}

function set(form, selector, words) {
  for (const output of form.querySelectorAll(selector)) output.textContent = words;
}

async function preview(form) {
  const target = form.querySelector("[data-postings]");
  if (!form.dataset.preview || !target) return;
  const query = new URLSearchParams([...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string"));
  const answer = await fetch(`${form.dataset.preview}?${query}`, { headers: { "HX-Request": "true" } });
  if (answer.ok) target.innerHTML = await answer.text();
}

for (const form of document.querySelectorAll("form[data-split]")) {
  const slider = form.querySelector("input[type=range]");
  slider.addEventListener("input", () => update(form));
  slider.addEventListener("change", () => preview(form).catch(() => {}));
  update(form);
}
