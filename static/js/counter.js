// How much of a field is used: <p data-counter-for="id of the field" data-counter-text="{count} of {most}" hidden>.
for (const output of document.querySelectorAll("[data-counter-for]")) {
  const field = document.getElementById(output.dataset.counterFor);
  const most = field.maxLength;
  const show = () => {
    output.textContent = output.dataset.counterText.replace("{count}", field.value.length).replace("{most}", most);
  };
  field.addEventListener("input", show);
  output.hidden = false;
  show();
}
