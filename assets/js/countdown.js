// Counts <time data-until="unix seconds"> down. The server wrote the first text; the units come translated
// in data-units ("d|h|min|s"), the words for the end in data-over.
const DAY = 86400;
const HOUR = 3600;
const MINUTE = 60;

export function text(seconds, [d, h, min, s]) {
  if (seconds >= DAY) return join(Math.floor(seconds / DAY), d, Math.floor((seconds % DAY) / HOUR), h);
  if (seconds >= HOUR) return join(Math.floor(seconds / HOUR), h, Math.floor((seconds % HOUR) / MINUTE), min);
  if (seconds >= 10 * MINUTE) return `${Math.floor(seconds / MINUTE)} ${min}`;
  return join(Math.floor(seconds / MINUTE), min, Math.floor(seconds % MINUTE), s);
}

function join(big, bigUnit, small, smallUnit) {
  const parts = [];
  if (big) parts.push(`${big}\u00a0${bigUnit}`);
  if (small || !big) parts.push(`${small}\u00a0${smallUnit}`);
  return parts.join(" ");
}

function show(element) {
  const seconds = Number(element.dataset.until) - Date.now() / 1000;
  const over = seconds <= 0;
  const words = over ? element.dataset.over : text(seconds, element.dataset.units.split("|"));
  if (element.textContent !== words) element.textContent = words;
  if (over && !element.dataset.done) {
    element.dataset.done = "1";
    element.dispatchEvent(new CustomEvent("countdown:over", { bubbles: true }));
  }
}

function tick() {
  const clocks = [...document.querySelectorAll("[data-until]")];
  if (!document.hidden) clocks.forEach(show);
  const close = clocks.some((element) => Number(element.dataset.until) - Date.now() / 1000 < 11 * MINUTE);
  setTimeout(tick, close ? 1000 : 20000);
}

tick();
for (const type of ["visibilitychange", "htmx:afterSettle", "page:settled"]) {
  document.addEventListener(type, () => document.querySelectorAll("[data-until]").forEach(show));
}
