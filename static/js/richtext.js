// Turns a plain textarea in [data-richtext] into a small editor. The textarea stays the form's field and holds the HTML;
// without this script it holds plain text, and the server takes both. The server decides what is kept.
import { Editor, extensions } from "./vendor/tiptap.min.js";

const IS_RICH = /^\s*<(p|h3|ul|ol)[\s>]/i;
const WORD = /[\p{L}\p{N}_]+(?:['’.,-][\p{L}\p{N}_]+)*/gu;
const ACTS = {
  bold: (chain) => chain.toggleBold(),
  italic: (chain) => chain.toggleItalic(),
  heading: (chain) => chain.toggleHeading({ level: 3 }),
  bulletList: (chain) => chain.toggleBulletList(),
  orderedList: (chain) => chain.toggleOrderedList(),
  undo: (chain) => chain.undo(),
  redo: (chain) => chain.redo(),
};

// Plain text as the server reads it: blank lines part paragraphs, other line ends stay.
function paragraphs(text) {
  const blocks = text.trim().split(/\n[ \t]*\n\s*/).filter(Boolean);
  return blocks.map((block) => {
    const content = block.split("\n").flatMap((line, number) => [
      ...(number ? [{ type: "hardBreak" }] : []),
      ...(line.trim() ? [{ type: "text", text: line.trim() }] : []),
    ]);
    return { type: "paragraph", content };
  });
}

function start(box) {
  const field = box.querySelector("textarea");
  const label = box.querySelector(`label[for="${field.id}"]`);
  const holder = document.createElement("div");
  field.after(holder);
  if (label) label.id ||= `${field.id}_label`;
  const attributes = {
    class: "richtext-area prose",
    role: "textbox",
    "aria-multiline": "true",
    id: `${field.id}_rich`,
    ...(label && { "aria-labelledby": label.id }),
    ...(field.getAttribute("aria-describedby") && { "aria-describedby": field.getAttribute("aria-describedby") }),
    ...(field.getAttribute("aria-invalid") && { "aria-invalid": "true" }),
  };
  const text = field.value.replaceAll("\r\n", "\n");
  const editor = new Editor({
    element: holder,
    extensions,
    injectCSS: false,
    content: IS_RICH.test(text) || !text.trim() ? text : { type: "doc", content: paragraphs(text) },
    editorProps: { attributes },
    onUpdate: () => changed(box, field, editor),
    onTransaction: () => shown(box, editor),
  });
  field.hidden = true;
  if (label) label.addEventListener("click", () => editor.commands.focus());
  // A list of what is wrong leads to the field by its id.
  document.querySelectorAll(`a[href="#${field.id}"]`).forEach((link) => (link.hash = `#${field.id}_rich`));
  tools(box, editor);
  field.value = html(editor);
  count(box, editor);
}

const html = (editor) => (editor.isEmpty ? "" : editor.getHTML());

function changed(box, field, editor) {
  field.value = html(editor);
  count(box, editor);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function count(box, editor) {
  const output = box.querySelector("[data-words]");
  const words = editor.getText({ blockSeparator: "\n" }).match(WORD)?.length ?? 0;
  output.textContent = box.dataset.wordsText.replace("{count}", words).replace("{most}", box.dataset.wordsMax);
  output.classList.toggle("late-text", words > Number(box.dataset.wordsMax));
  output.hidden = false;
}

function shown(box, editor) {
  for (const button of box.querySelectorAll("[data-mark][aria-pressed]"))
    button.setAttribute("aria-pressed", String(editor.isActive(button.dataset.mark)));
}

function tools(box, editor) {
  const bar = box.querySelector("[data-richtext-tools]");
  const row = box.querySelector("[data-richtext-link]");
  const opener = bar.querySelector('[data-mark="link"]');
  const address = row.querySelector("input");
  const open = (on) => {
    row.hidden = !on;
    opener.setAttribute("aria-expanded", String(on));
    if (on) address.value = editor.getAttributes("link").href ?? "";
    if (on) address.focus();
    else editor.view.focus();
  };
  const set = () => {
    const typed = address.value.trim();
    const href = !typed || /^https?:\/\//i.test(typed) ? typed : `https://${typed}`;
    const chain = editor.chain().extendMarkRange("link");
    if (!href) chain.unsetLink().run();
    else if (editor.state.selection.empty && !editor.isActive("link")) chain.insertContent({ type: "text", text: typed, marks: [{ type: "link", attrs: { href } }] }).run();
    else chain.setLink({ href }).run();
    open(false);
  };
  bar.addEventListener("mousedown", (event) => event.preventDefault()); // the writing keeps the focus, and its marks
  bar.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-mark]")?.dataset.mark;
    if (!mark) return;
    if (mark === "link") return open(row.hidden);
    editor.view.focus(); // at once: the chain's own focus comes a frame later and takes new marks away
    ACTS[mark](editor.chain()).run();
  });
  row.querySelector('[data-link="set"]').addEventListener("click", set);
  row.querySelector('[data-link="remove"]').addEventListener("click", () => {
    editor.chain().extendMarkRange("link").unsetLink().run();
    open(false);
  });
  address.addEventListener("keydown", (event) => {
    if (event.key === "Escape") open(false);
    if (event.key !== "Enter") return;
    event.preventDefault();
    set();
  });
  box.querySelector(".field").querySelector("textarea").before(bar, row);
  bar.hidden = false;
}

for (const box of document.querySelectorAll("[data-richtext]")) start(box);
