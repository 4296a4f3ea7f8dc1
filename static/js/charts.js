// Draws the table of each [data-chart] on the canvas that stands in it (components/chart.html). Colours are those of the
// theme and change with it, nothing moves; what a bar says when it is pointed at is the text of its cell, so that amounts stay as the
// server wrote them. Without this script the table is there.
import { Chart } from "./vendor/chart.min.js";
import { whole } from "./money.js";

const TONES = { primary: "--color-primary", spark: "--spark", sun: "--sun", info: "--color-info", quiet: "--line-2" };
const FADED = 0.38;
const root = document.documentElement;
const drawn = new Map();

const token = (name) => getComputedStyle(root).getPropertyValue(name).trim();
const faded = (colour, part) => `color-mix(in srgb, ${colour} ${part * 100}%, transparent)`;

// {head, texts, values} of each column; a value is a whole number of minor units, or nothing.
function columnsOf(table) {
  const rows = [...table.tBodies[0].rows];
  return [...table.tHead.rows[0].cells].slice(1).map((head, index) => {
    const cells = rows.map((row) => row.cells[index + 1]);
    return {
      head,
      texts: cells.map((cell) => cell.textContent.trim()),
      values: cells.map((cell) => (cell.dataset.value ? Number(cell.dataset.value) : null)),
    };
  });
}

function dataset({ head, texts, values }, places) {
  const { drawn: kind, tone } = head.dataset;
  const isBand = kind === "low" || kind === "high";
  const colour = token(TONES[tone] ?? TONES.primary);
  const surface = kind === "bar" || kind === "line" ? colour : faded(colour, isBand ? 0.16 : FADED);
  return {
    type: kind === "bar" || kind === "expected" ? "bar" : "line",
    label: head.textContent.trim(),
    data: values.map((value) => (value === null ? null : value / 10 ** places)),
    texts,
    order: kind === "line" ? 0 : 1,
    grouped: kind !== "expected",
    borderColor: isBand ? faded(colour, FADED) : colour,
    backgroundColor: surface,
    hoverBackgroundColor: surface,
    pointBackgroundColor: colour,
    borderRadius: 6,
    borderSkipped: "start",
    maxBarThickness: 38,
    tension: 0.25,
    pointRadius: isBand ? 0 : 2.5,
    pointHitRadius: 12,
    borderWidth: kind === "line" ? 2 : isBand ? 1 : 0,
    fill: kind === "high" ? "-1" : false,
  };
}

function axisText(box) {
  const money = box.dataset.currency ? { style: "currency", currency: box.dataset.currency, maximumFractionDigits: 1, minimumFractionDigits: 0 } : {};
  const format = new Intl.NumberFormat(root.lang, { notation: "compact", ...money });
  return (value) => format.format(value);
}

function options(box, several) {
  const isReversed = root.dir === "rtl";
  const isStacked = "stacked" in box.dataset;
  const [ink, dark, light] = ["--ink-2", "--color-neutral", "--color-neutral-content"].map(token);
  const label = ({ dataset, dataIndex }) => (several ? `${dataset.label}: ${dataset.texts[dataIndex]}` : dataset.texts[dataIndex]);
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: false,
    interaction: { mode: "index", intersect: false },
    color: ink,
    font: { family: getComputedStyle(document.body).fontFamily },
    scales: {
      x: { stacked: isStacked, reverse: isReversed, grid: { display: false }, border: { color: token("--line-2") }, ticks: { color: ink, maxRotation: 0, autoSkipPadding: 12 } },
      y: { stacked: isStacked, beginAtZero: true, position: isReversed ? "right" : "left", grid: { color: token("--line") }, border: { display: false }, ticks: { color: ink, maxTicksLimit: 5, precision: box.dataset.currency ? undefined : 0, callback: axisText(box) } },
    },
    plugins: {
      legend: { display: several, position: "bottom", rtl: isReversed, labels: { boxWidth: 12, boxHeight: 12 } },
      tooltip: {
        rtl: isReversed,
        padding: 10,
        backgroundColor: dark,
        titleColor: light,
        bodyColor: light,
        displayColors: several,
        boxPadding: 4,
        filter: (item) => item.raw !== null,
        callbacks: { label },
      },
    },
  };
}

function draw(box) {
  drawn.get(box)?.destroy();
  const table = box.querySelector("table");
  const places = whole(box.dataset.places, 0);
  const labels = [...table.tBodies[0].rows].map((row) => row.cells[0].dataset.short || row.cells[0].textContent.trim());
  const datasets = columnsOf(table).filter(({ head }) => head.dataset.drawn).map((column) => dataset(column, places));
  const data = { labels, datasets };
  drawn.set(box, new Chart(box.querySelector("canvas"), { type: "bar", data, options: options(box, datasets.length > 1) }));
}

const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);

document.fonts.ready.then(drawAll);
new MutationObserver(drawAll).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
