/* A password can be looked at while it is typed, which helps with long ones (NIST SP 800-63B, section 3.1.1.2).
   It is hidden again before it is sent, so that no browser keeps it among what was typed into text fields. */
for (const field of document.querySelectorAll("input[type=password]")) {
  const label = document.querySelector(`label[for="${field.id}"]`)?.textContent.trim() ?? "password";
  const button = document.createElement("button");
  const verb = document.createElement("span");
  const what = document.createElement("span");
  button.type = "button";
  button.className = "text-button reveal";
  what.className = "hidden";
  what.textContent = ` ${label.toLowerCase()}`;
  button.append(verb, what);
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    verb.textContent = shown ? "Hide" : "Show";
  };
  button.addEventListener("click", () => show(field.type === "password"));
  field.form?.addEventListener("submit", () => show(false));
  field.spellcheck = false;
  field.autocapitalize = "none";
  show(false);
  field.after(button);
}
