// Copies what the browser needs from node_modules into static/: licences of fonts (fonts.mjs cuts them), htmx, the client for resumable uploads,
// and the script of every page, the editor of descriptions and the charts, each put together into one file.
// Nothing is fetched at run time from other people's servers.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const fonts = "node_modules/@fontsource-variable";
const copies = [
  [`${fonts}/inter/LICENSE`, "static/fonts/inter-LICENSE.txt"],
  [`${fonts}/fraunces/LICENSE`, "static/fonts/fraunces-LICENSE.txt"],
  ["node_modules/htmx.org/dist/htmx.min.js", "static/js/vendor/htmx.min.js"],
  ["node_modules/tus-js-client/dist/tus.min.js", "static/js/vendor/tus.min.js"],
];

for (const folder of ["static/css", "static/fonts", "static/js/vendor"]) mkdirSync(folder, { recursive: true });
for (const [from, to] of copies) copyFileSync(from, to);

// It names a map that is not copied; hashed file names would miss it.
const client = "static/js/vendor/tus.min.js";
writeFileSync(client, readFileSync(client, "utf8").replace(/\n\/\/# sourceMappingURL=.*\n?$/, "\n"));

const bundles = [
  ["assets/js/site.js", "static/js/site.js"],
  ["assets/js/tiptap.js", "static/js/vendor/tiptap.min.js"],
  ["assets/js/chart.js", "static/js/vendor/chart.min.js"],
];
for (const [from, to] of bundles) {
  await build({
    entryPoints: [from],
    outfile: to,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
  });
}
