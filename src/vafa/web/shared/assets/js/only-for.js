// A field with data-only-for="name value ..." is shown only while the control of that name has one
// of these values. Without this script all fields are there, and the server passes over the rest.
function arrange(form) {
  for (const control of form.querySelectorAll("[data-only-for]")) {
    const [name, ...values] = control.dataset.onlyFor.split(" ");
    const field = control.closest("[data-field]");
    if (field) field.hidden = !values.includes(form.elements[name]?.value);
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
