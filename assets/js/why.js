// "Why here?" opens beside its card; without a script it is a page of its own.

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-why]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  const dialog = document.getElementById("why-dialog");
  if (!dialog) return;
  event.preventDefault();
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) {
    location.href = link.href;
    return;
  }
  dialog.querySelector("[data-why-text]").innerHTML = await answer.text();
  dialog.querySelector("[data-why-title]").textContent = link.closest(".gig-card").querySelector(".title").textContent;
  dialog.showModal();
  dialog.scrollTop = 0; // the button that has the focus stands at its end
});
