// Suggestions below a search field, as a combobox with a list (ARIA APG). Without this script the field is a plain form.
const PAUSE_MS = 120;
const known = new Map();

async function suggestions(text) {
  if (!known.has(text)) {
    const answer = await fetch(`/search/suggest/?${new URLSearchParams({ q: text })}`);
    if (!answer.ok) return [];
    known.set(text, (await answer.json()).suggestions);
  }
  return known.get(text);
}

function combobox(input, number) {
  const list = document.createElement("ul");
  list.id = `suggestions-${number}`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.getAttribute("aria-label"));
  list.hidden = true;
  input.form.append(list);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-expanded": "false",
  }))
    input.setAttribute(name, value);

  let typed = "";
  let timer;
  const options = () => [...list.children];
  const chosen = () => options().findIndex((option) => option.ariaSelected === "true");

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (place) => {
    options().forEach((option, at) => (option.ariaSelected = String(at === place)));
    const option = options()[place];
    input.value = option ? option.textContent : typed;
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  };
  const show = (found) => {
    list.replaceChildren(
      ...found.map((text, at) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${at}`;
        option.setAttribute("role", "option");
        option.ariaSelected = "false";
        option.textContent = text;
        return option;
      }),
    );
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!!found.length));
  };

  input.addEventListener("input", () => {
    typed = input.value;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const asked = typed;
      const found = asked.trim().length < 2 ? [] : await suggestions(asked).catch(() => []);
      if (asked === input.value && document.activeElement === input) show(found);
    }, PAUSE_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const count = options().length;
    if (event.key === "ArrowDown") choose(chosen() + 1 < count ? chosen() + 1 : -1);
    else if (event.key === "ArrowUp") choose(chosen() === -1 ? count - 1 : chosen() - 1);
    else if (event.key === "Escape") {
      input.value = typed;
      close();
    } else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    input.value = option.textContent;
    close();
    input.form.requestSubmit();
  });
}

document.querySelectorAll('form[role="search"] input[type="search"]').forEach(combobox);
