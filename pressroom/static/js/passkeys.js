/* Passkeys: the button shows where the browser has them and the page stands at the address they are made for. What the
   authenticator answers goes into a hidden field of the form, which is sent as any other (Web Authentication, level 2).
   Without script there is no button, and the other ways stand. */
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const described = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
const MEANS = {
  NotAllowedError: "No passkey was used. Press the button to try again.",
  InvalidStateError: "This key has a passkey for you already.",
};

function asked(json) {
  const options = JSON.parse(json);
  return {
    ...options,
    challenge: bytes(options.challenge),
    user: options.user && { ...options.user, id: bytes(options.user.id) },
    allowCredentials: described(options.allowCredentials),
    excludeCredentials: described(options.excludeCredentials),
  };
}

function answered({ id, rawId, type, response }) {
  const said = { transports: response.getTransports?.() };
  for (const part of PARTS) if (response[part]) said[part] = text(response[part]);
  return JSON.stringify({ id, rawId: text(rawId), type, response: said });
}

let waiting; // a browser asks one thing at a time: the button ends what the list of names has been asking

for (const box of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential || location.origin !== box.dataset.origin) continue;
  const { passkey: verb, options, into, unasked } = box.dataset; // verb: create or get
  const field = document.getElementById(into);
  const said = box.querySelector("[role=status]");
  const ask = async (more) => {
    waiting?.abort();
    waiting = new AbortController();
    const { signal } = waiting;
    const answer = await navigator.credentials[verb]({ publicKey: asked(options), signal, ...more });
    field.value = answered(answer);
    field.form.submit();
  };
  box.querySelector("button").addEventListener("click", async () => {
    said.textContent = "";
    const named = field.form.querySelector("input:not([type=hidden])");
    if (verb === "create" && !named.value.trim()) return field.form.requestSubmit(); // the server says what is missing
    ask().catch((error) => {
      if (error.name !== "AbortError") said.textContent = MEANS[error.name] ?? `That did not work: ${error.message}`;
    });
  });
  box.hidden = false;
  if (unasked === undefined) continue;
  // Passkeys stand in the list that the browser offers below the address, if it has such a list.
  window.PublicKeyCredential.isConditionalMediationAvailable?.()
    .then((offered) => offered && ask({ mediation: "conditional" }))
    .catch(() => {}); // somebody wrote a password instead
}
