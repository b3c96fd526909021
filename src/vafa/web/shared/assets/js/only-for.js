// A field with data-only-for="name value ..." is shown only while the control of that name has one
// of these values. Without this script all fields are there, and the server passes over the rest.
function arrange(form) {
  for (const control of form.querySelectorAll("[data-only-for]")) {
    const [name, ...values] = control.dataset.onlyFor.split(" ");
    const field = control.closest("[data-field]");
    const chooser = form.elements[name];
    // A choice that is not offered shows nothing.
    const offered = !chooser?.closest?.("[data-field]")?.hidden;
    if (field) field.hidden = !offered || !values.includes(chooser?.value);
  }
}

document.addEventListener("change", (event) => {
  if (event.target.form) arrange(event.target.form);
});
// Parts of a form that come in later are arranged as they come.
document.addEventListener("htmx:afterSwap", (event) => {
  const form = event.target.closest?.("form");
  if (form) arrange(form);
});
for (const form of document.forms) arrange(form);
