// The live total of a package box: the chosen package and the ticked extras, in minor units.
//   <form data-total data-currency="EUR" data-places="2" data-fee-bps="300" data-fee-min="50" data-fee-max="2500">
//   <input type="radio" data-price="5633">   <input type="checkbox" data-price="777">   <span data-total-text>
// With data-fee-bps the prices are before the fee, and the fee on their sum is added as the server does it
// (rounded half up, at least fee-min, at most fee-max); without it the prices are added as they are.
import { format } from "./money.js";

export function withFee(sum, { bps = 0, min = 0, max = Infinity }) {
  if (!bps || !sum) return sum;
  const fee = Math.floor((sum * bps + 5000) / 10000);
  return sum + Math.min(Math.max(fee, min), max);
}

function update(form) {
  const chosen = [...form.querySelectorAll("[data-price]:checked")];
  const data = form.dataset;
  const sum = chosen.reduce((total, input) => total + Number.parseInt(input.dataset.price, 10) * quantity(form), 0);
  const fee = { bps: whole(data.feeBps, 0), min: whole(data.feeMin, 0), max: whole(data.feeMax, Infinity) };
  const words = format(withFee(sum, fee), data.currency, whole(data.places, 2));
  for (const output of form.querySelectorAll("[data-total-text]")) output.textContent = words;
}

const whole = (text, fallback) => (text === undefined ? fallback : Number.parseInt(text, 10));
const quantity = (form) => Math.max(1, whole(form.querySelector("[data-quantity]")?.value || "1", 1) || 1);

for (const form of document.querySelectorAll("[data-total]")) {
  form.addEventListener("change", () => update(form));
  update(form);
}
window.addEventListener("pageshow", () => document.querySelectorAll("[data-total]").forEach(update));
