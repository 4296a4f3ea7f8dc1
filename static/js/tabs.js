// Package tabs are radio buttons and need no script. This remembers the choice in the address (#package-2),
// so that a link or a reload shows the same package.
const radios = [...document.querySelectorAll("[data-pack]")];

function choose(number) {
  const radio = radios.find((input) => input.dataset.pack === number);
  if (!radio || radio.checked) return;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

function fromAddress() {
  const match = location.hash.match(/^#package-(\d)$/);
  if (match) choose(match[1]);
}

for (const radio of radios) {
  radio.addEventListener("change", () => history.replaceState(history.state, "", `#package-${radio.dataset.pack}`));
}
// In the comparison table: <a href="#package-3"> chooses a package.
window.addEventListener("hashchange", fromAddress);
fromAddress();
