// Asks for the guidance beside the packages again when something is typed that it speaks of.
const SPOKEN_OF = /^(currency|packages-\d+-(name|price|promise|unit|work_minutes))$/;

function typed(event) {
  if (SPOKEN_OF.test(event.target.name ?? "")) {
    document.querySelector("[data-guidance]")?.dispatchEvent(new Event("guidance"));
  }
}

document.addEventListener("input", typed);
document.addEventListener("change", typed);
