// A video of another site is framed only after a click: before it nothing of that site is asked for.
function show(scope) {
  for (const hidden of scope.querySelectorAll("[data-embed-play][hidden], [data-embed-note][hidden]")) hidden.hidden = false;
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("[data-embed-play]")?.closest("[data-embed]");
  if (!box) return;
  const frame = document.createElement("iframe");
  frame.title = box.dataset.title;
  frame.allow = "fullscreen; picture-in-picture; encrypted-media";
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-presentation allow-popups");
  frame.src = box.dataset.embed;
  box.querySelector("[data-embed-play]").remove();
  box.querySelector("[data-embed-note]").remove();
  box.append(frame);
  frame.focus();
});

document.addEventListener("page:settled", () => show(document));
show(document);
