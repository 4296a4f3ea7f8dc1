// The live total of a package box: the chosen package and the ticked extras, in minor units.
// data-discounts="5:10,10:20" takes so many percent off the package's price from so many pieces on, never below
// data-lowest, as the server does it; extras keep theirs.
//   <form data-total {% currency_data "EUR" %} data-fee-bps="300" data-fee-min="50" data-fee-max="2500">
//   <input type="radio" data-price="5633">   <input type="checkbox" data-price="777">   <span data-total-text>
// With data-fee-bps the prices are before the fee, and the fee on their sum is added as the server does it
// (rounded half up to what can be paid, at least fee-min, at most fee-max); without it the prices are added as they are.
import { format, portion, whole } from "./money.js";

// Of one, in minor units.
export function discounted(price, count, data) {
  const steps = (data.discounts ?? "").split(",").map((step) => step.split(":").map(Number));
  const percent = Math.max(0, ...steps.filter(([start]) => start && start <= count).map(([, off]) => off));
  return percent ? Math.max(portion(price, 100 - percent, 100, data), Math.min(whole(data.lowest, 0), price)) : price;
}

export function withFee(sum, data) {
  const bps = whole(data.feeBps, 0);
  if (!bps || !sum) return sum;
  const fee = portion(sum, bps, 10000, data);
  return sum + Math.min(Math.max(fee, whole(data.feeMin, 0)), whole(data.feeMax, Infinity));
}

function update(form) {
  const chosen = [...form.querySelectorAll("[data-price]:checked")];
  const data = form.dataset;
  const count = quantity(form);
  const each = (input) => {
    const price = Number.parseInt(input.dataset.price, 10);
    return input.dataset.pack ? discounted(price, count, data) : price;
  };
  const sum = chosen.reduce((total, input) => total + each(input) * count, 0);
  const words = format(withFee(sum, data), data);
  for (const output of form.querySelectorAll("[data-total-text]")) output.textContent = words;
}

const quantity = (form) => Math.max(1, whole(form.querySelector("[data-quantity]")?.value || "1", 1) || 1);

for (const form of document.querySelectorAll("[data-total]")) {
  form.addEventListener("change", () => update(form));
  update(form);
}
window.addEventListener("pageshow", () => document.querySelectorAll("[data-total]").forEach(update));
