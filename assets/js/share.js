// Where the system has a share sheet of its own, [data-share="/path/"] opens that; a link leads to our page otherwise.
for (const act of document.querySelectorAll("[data-share]")) {
  const what = { title: act.dataset.shareTitle, url: new URL(act.dataset.share, location.href).href };
  if (!navigator.canShare?.(what)) continue;
  act.hidden = false;
  act.addEventListener("click", async (event) => {
    event.preventDefault();
    try {
      await navigator.share(what);
    } catch (error) {
      if (error.name !== "AbortError" && act.href) location.assign(act.href);
    }
  });
}
