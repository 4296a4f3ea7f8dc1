// Integer minor units to text, without a fraction ever becoming a float: the decimals are put in as digits.
// The element's data (from {% currency_data %}): currency; places of its minor unit; how many of them are shown, as
// ISK is counted in hundredths and written without; step, the smallest amount that can be paid.
export function format(minor, data) {
  const places = whole(data.places, 2);
  const digits = String(Math.abs(minor)).padStart(places + 1, "0");
  const [units, rest] = [digits.slice(0, digits.length - places), places ? digits.slice(-places) : ""];
  const shown = Number(rest) ? places : whole(data.shown, places);
  const plain = `${minor < 0 ? "-" : ""}${units}${rest ? `.${rest}` : ""}`;
  const options = { style: "currency", currency: data.currency, minimumFractionDigits: shown, maximumFractionDigits: shown };
  return new Intl.NumberFormat(document.documentElement.lang, options).format(plain);
}

// part / of an amount, rounded half up to what can be paid, as the server does it.
export function portion(minor, part, of, data) {
  const step = whole(data.step, 1);
  return Math.floor((2 * minor * part + of * step) / (2 * of * step)) * step;
}

export const whole = (text, fallback) => (text === undefined || text === "" ? fallback : Number.parseInt(text, 10));
