// Cuts the fonts to what pages ask for: the ranges of letters in css/fonts.css, Inter to the weights from 400
// to 700, Fraunces to the one weight of headlines. The whole files are two and three times as large.
import { readFileSync, writeFileSync } from "node:fs";
import subsetFont from "subset-font";

const source = "node_modules/@fontsource-variable";
const weights = { inter: { min: 400, max: 700, default: 400 }, fraunces: 560 };
// Tabular figures are asked for by the style; without the rest both lose alternates that nothing asks for.
const keepFeatures = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "rvrn", "tnum"];
const faces = readFileSync("assets/css/fonts.css", "utf8").matchAll(/url\("\.\.\/fonts\/(\w+)-(\w+)\.woff2"\)[^}]*?unicode-range: ([^;]+);/g);

// The part of the package in which the letters of ours lie.
const file = (family, part) =>
  `${source}/${family}/files/${family}-latin-${part === "latin" || part === "signs" ? "wght-normal" : part === "italic" ? "wght-italic" : "ext-wght-normal"}.woff2`;

function letters(ranges) {
  return [...ranges.matchAll(/U\+([0-9A-F]+)(?:-([0-9A-F]+))?/g)]
    .flatMap(([, from, to]) => {
      const first = parseInt(from, 16);
      return Array.from({ length: parseInt(to ?? from, 16) - first + 1 }, (_, step) => first + step);
    })
    .map((point) => String.fromCodePoint(point))
    .join("");
}

for (const [, family, part, ranges] of faces) {
  const whole = readFileSync(file(family, part));
  const cut = await subsetFont(whole, letters(ranges), { targetFormat: "woff2", variationAxes: { wght: weights[family] }, keepFeatures });
  writeFileSync(`static/fonts/${family}-${part}.woff2`, cut);
}
