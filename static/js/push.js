// The form data-push allows this browser to show notices: it asks for permission, subscribes, and sends what it got.
const form = document.querySelector("form[data-push]");
const isAble = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

function key(text) {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}

async function subscribe() {
  await navigator.serviceWorker.register(form.dataset.worker);
  const registration = await navigator.serviceWorker.ready; // only one that is active may subscribe
  const applicationServerKey = key(form.dataset.key);
  const options = { userVisibleOnly: true, applicationServerKey };
  try {
    return await registration.pushManager.subscribe(options);
  } catch (error) {
    // What was allowed with a former key of the site is in the way.
    if (error.name !== "InvalidStateError") throw error;
    await (await registration.pushManager.getSubscription())?.unsubscribe();
    return registration.pushManager.subscribe(options);
  }
}

if (form) {
  const told = form.querySelector("[data-push-told]");
  const button = form.querySelector("button");
  button.hidden = !isAble;
  told.textContent = isAble ? "" : told.dataset.unable;
  // Back shows the page as it was left.
  window.addEventListener("pageshow", (event) => event.persisted && button.removeAttribute("aria-busy"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    told.textContent = "";
    if ((await Notification.requestPermission()) !== "granted") {
      told.textContent = told.dataset.denied;
      return;
    }
    button.setAttribute("aria-busy", "true");
    try {
      form.elements.subscription.value = JSON.stringify(await subscribe());
      form.submit();
    } catch {
      button.removeAttribute("aria-busy");
      told.textContent = told.dataset.failed;
    }
  });
}
