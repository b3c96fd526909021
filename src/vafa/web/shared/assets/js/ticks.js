// Rows to tick: the bar over a list says how many are, and one box ticks the whole page.
// <form data-ticks> with [data-ticks-bar], [data-ticks-count], [data-tick-all] and boxes named "m".
function count(form) {
  const boxes = [...form.querySelectorAll('input[name="m"]:not(:disabled)')];
  const ticked = boxes.filter((box) => box.checked).length;
  const bar = form.querySelector("[data-ticks-bar]");
  if (!bar) return;
  bar.hidden = !ticked;
  const said = form.querySelector("[data-ticks-count]");
  said.textContent = ticked.toLocaleString(document.documentElement.lang);
  const all = form.querySelector("[data-tick-all]");
  all.checked = ticked > 0 && ticked === boxes.length;
  all.indeterminate = ticked > 0 && ticked < boxes.length;
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-ticks]");
  if (!form) return;
  if (event.target.matches("[data-tick-all]")) {
    for (const box of form.querySelectorAll('input[name="m"]:not(:disabled)')) {
      box.checked = event.target.checked;
    }
  }
  count(form);
});
// The browser may bring ticks back with the page.
addEventListener("pageshow", () => document.querySelectorAll("[data-ticks]").forEach(count));
