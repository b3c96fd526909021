// A login in another tab gives this browser another token: what is sent says the one that counts now.
export function csrfToken() {
  const found = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
  return found ? decodeURIComponent(found.slice("csrftoken=".length)) : "";
}

export function freshen(form) {
  const field = form.querySelector('input[name="csrfmiddlewaretoken"]');
  const token = csrfToken();
  if (field && token) field.value = token;
}

document.addEventListener("submit", (event) => freshen(event.target), true);

document.addEventListener("htmx:configRequest", (event) => {
  const token = csrfToken();
  if (!token) return;
  const { headers, parameters } = event.detail;
  headers["X-CSRFToken"] = token;
  if (parameters.csrfmiddlewaretoken) parameters.csrfmiddlewaretoken = token;
});
