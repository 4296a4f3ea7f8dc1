// The moderators' pages: the key n takes the next case; a canned reason goes into the field, where it can be changed.
function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.closest("input, textarea, select") !== null);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "n" || event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
  const form = document.querySelector("form[data-next-case]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});

for (const chooser of document.querySelectorAll("select[data-canned]")) {
  chooser.addEventListener("change", () => {
    const text = chooser.selectedOptions[0]?.dataset.text;
    const field = chooser.form.querySelector("textarea[name=reason]");
    if (!text || !field) return;
    field.value = field.value.trim() ? `${field.value.trim()}\n\n${text}` : text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
