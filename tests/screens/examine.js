// What the page on screen says first, and what is wrong with it: run in the page, in each width and theme.
() => {
  const main = document.querySelector("main");
  const seen = (element) => element.checkVisibility({ visibilityProperty: true });
  const all = (selector, root = main) => [...root.querySelectorAll(selector)].filter(seen);
  const text = (element) => (element?.innerText ?? "").trim().replace(/\s+/g, " ");
  const problems = [];

  const wider = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wider > 0) problems.push(`${wider} px to scroll sideways`);

  const titles = [...document.querySelectorAll("h1")].filter(seen);
  if (titles.length !== 1) problems.push(`${titles.length} main headings`);

  for (const clock of all("[role=timer]")) {
    if (/^0\s/.test(text(clock)) || text(clock) === clock.dataset.over) problems.push(`a countdown of ${text(clock)}`);
  }
  if (all(".say [role=timer]").length > 1) problems.push("more than one countdown");

  for (const panel of all(".panel, .say, .bubble")) {
    const titlesOnly = all("h2, h3", panel).map(text).join(" ").trim();
    if (text(panel) === titlesOnly && !all("img, input, textarea, select, video", panel).length) {
      problems.push(`nothing in “${titlesOnly || panel.id || panel.className}”`);
    }
  }

  for (const element of all("h1, h2, .btn, .word, .due")) {
    if (element.classList.contains("sr-only")) continue;
    const box = element.getBoundingClientRect();
    const isCut = getComputedStyle(element).overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
    if (isCut || box.right > innerWidth + 1 || box.left < -1) problems.push(`cut: ${text(element)}`);
  }

  for (const button of all(".btn, .acts a, summary")) {
    button.scrollIntoView({ block: "center" });
    const box = button.getBoundingClientRect();
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (!hit || !(button.contains(hit) || hit.contains(button))) {
      problems.push(`cannot be pressed: ${text(button)}, under ${hit?.tagName}.${hit?.className}`);
    }
    if (!text(button)) problems.push("a button without words");
  }
  scrollTo(0, 0);

  const wrong = main.innerText.match(/%\(\w+\)|\bNone\b|\bnull\b|\bundefined\b|\{\{|\}\}/);
  if (wrong) problems.push(`it says ${wrong[0]}`);

  return {
    heading: text(titles[0]),
    word: (main.querySelector(".say .word")?.textContent ?? "").trim(), // as written, not as CSS shows it
    buttons: all(".say .acts :is(.btn, .ways a)").map(text),
    filled: all(".btn-primary, .btn-error").length,
    problems,
  };
};
