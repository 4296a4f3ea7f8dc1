// The calculator of the page about fees, live. The server's answer to the form is the same; this only saves the click.
//   <form data-fees {% currency_data "EUR" %} data-fee-bps data-fee-min data-fee-max data-seller-bps data-lowest data-highest>
//   <option data-bps="750">   <input name="price">   <dd data-out="price | buyer | all | seller | receives">
import { format, portion, whole } from "./money.js";
import { withFee } from "./total.js";

// What was typed as minor units, or undefined where it is no amount that can be paid.
export function minor(typed, data) {
  const places = whole(data.places, 2);
  const found = typed.trim().match(/^(\d{1,10})(?:[.,](\d*))?$/);
  if (!found || (found[2] ?? "").length > places) return undefined;
  const amount = Number.parseInt(found[1] + (found[2] ?? "").padEnd(places, "0"), 10);
  const isFine = amount % whole(data.step, 1) === 0 && amount >= whole(data.lowest, 0) && amount <= whole(data.highest, Infinity);
  return isFine ? amount : undefined;
}

export function sides(price, data, sellerBps) {
  const all = withFee(price, data);
  const seller = portion(price, sellerBps, 10000, data);
  return { price, buyer: all - price, all, seller, receives: price - seller };
}

// Of another currency than the page's only the server knows fees and places.
function update(form) {
  const data = form.dataset;
  const bps = form.querySelector("[data-bps]:checked")?.dataset.bps ?? data.sellerBps;
  const isOther = form.elements.currency && form.elements.currency.value !== data.currency;
  const price = isOther ? undefined : minor(form.elements.price.value, data);
  const found = price === undefined ? {} : sides(price, data, whole(bps, 0));
  for (const output of form.querySelectorAll("[data-out]")) {
    const amount = found[output.dataset.out];
    output.textContent = amount === undefined ? "–" : format(amount, data);
  }
}

for (const form of document.querySelectorAll("[data-fees]")) {
  form.addEventListener("input", () => update(form));
}
