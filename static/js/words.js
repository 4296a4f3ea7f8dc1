// A field of several words with commas between (data-words): its list completes the word that is being typed, and leaves
// out those that stand there. Without this script the list completes the first word.
for (const field of document.querySelectorAll("input[data-words]")) {
  const options = [...field.list.options];
  const words = options.map((option) => option.value);
  const complete = () => {
    const before = field.value.match(/^(?:.*,\s*)?/)[0];
    const named = new Set(before.split(",").map((word) => word.trim().toLowerCase()));
    options.forEach((option, at) => {
      option.value = before + words[at];
      option.disabled = named.has(words[at].toLowerCase());
    });
  };
  field.addEventListener("input", complete);
  complete();
}
