// The live total of a package box: the chosen package and the ticked extras, in minor units.
//   <form data-total {% currency_data "EUR" %} data-fee-bps="300" data-fee-min="50" data-fee-max="2500">
//   <input type="radio" data-price="5633">   <input type="checkbox" data-price="777">   <span data-total-text>
// With data-fee-bps the prices are before the fee, and the fee on their sum is added as the server does it
// (rounded half up to what can be paid, at least fee-min, at most fee-max); without it the prices are added as they are.
import { format, portion, whole } from "./money.js";

export function withFee(sum, data) {
  const bps = whole(data.feeBps, 0);
  if (!bps || !sum) return sum;
  const fee = portion(sum, bps, 10000, data);
  return sum + Math.min(Math.max(fee, whole(data.feeMin, 0)), whole(data.feeMax, Infinity));
}

function update(form) {
  const chosen = [...form.querySelectorAll("[data-price]:checked")];
  const data = form.dataset;
  const sum = chosen.reduce((total, input) => total + Number.parseInt(input.dataset.price, 10) * quantity(form), 0);
  const words = format(withFee(sum, data), data);
  for (const output of form.querySelectorAll("[data-total-text]")) output.textContent = words;
}

const quantity = (form) => Math.max(1, whole(form.querySelector("[data-quantity]")?.value || "1", 1) || 1);

for (const form of document.querySelectorAll("[data-total]")) {
  form.addEventListener("change", () => update(form));
  update(form);
}
window.addEventListener("pageshow", () => document.querySelectorAll("[data-total]").forEach(update));
