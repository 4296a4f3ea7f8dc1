// Integer minor units to text, without a fraction ever becoming a float: the decimals are put in as digits.
export function format(minor, currency, places = 2) {
  const digits = String(Math.abs(minor)).padStart(places + 1, "0");
  const plain = `${minor < 0 ? "-" : ""}${digits.slice(0, digits.length - places)}${places ? "." : ""}${places ? digits.slice(-places) : ""}`;
  const options = { style: "currency", currency, minimumFractionDigits: places, maximumFractionDigits: places };
  return new Intl.NumberFormat(document.documentElement.lang, options).format(plain);
}
