// Forms with data-passkey ("create" or "get") ask the device for a passkey and send its answer in the field "credential".
// What to ask with stands in the element of data-options, or is fetched from the address of data-fetch.
async function options(form) {
  if (!form.dataset.fetch) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.dataset.fetch, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${form.dataset.fetch}: ${answer.status}`);
  return answer.json();
}

function selection(form, asked) {
  const alone = form.elements.passwordless?.checked;
  if (alone === undefined) return asked;
  return {
    ...asked,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    ...(alone ? { userVerification: "required" } : {}),
  };
}

async function credential(form) {
  const given = await options(form);
  if (form.dataset.passkey === "get") {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(given.request_options.publicKey);
    return navigator.credentials.get({ publicKey });
  }
  const asked = given.creation_options.publicKey;
  const authenticatorSelection = selection(form, asked.authenticatorSelection);
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON({ ...asked, authenticatorSelection });
  return navigator.credentials.create({ publicKey });
}

// Why it did not work, in the words that the form has for it.
function reason(error) {
  if (error.name === "InvalidStateError") return "known";
  return error.name === "NotAllowedError" || error.name === "AbortError" ? "stopped" : "failed";
}

async function ask(form) {
  const told = form.querySelector("[data-passkey-told]");
  const button = form.querySelector("button:not([type=button])");
  told.replaceChildren();
  button.setAttribute("aria-busy", "true");
  try {
    form.elements.credential.value = JSON.stringify((await credential(form)).toJSON());
    form.submit();
  } catch (error) {
    button.removeAttribute("aria-busy");
    told.append(told.dataset[reason(error)]);
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const isAble = window.PublicKeyCredential && "parseRequestOptionsFromJSON" in PublicKeyCredential;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const told = form.querySelector("[data-passkey-told]");
    if (isAble) ask(form);
    else told.replaceChildren(told.dataset.unable);
  });
}
