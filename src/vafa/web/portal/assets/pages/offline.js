// The page without a line: the card that she let the phone keep, and what she had when it was read.
import { keptCard } from "../kept.js";

const card = keptCard();
const place = document.querySelector("[data-kept]");
const fill = (name, text) => {
  const element = document.querySelector(`[data-kept-${name}]`);
  element.textContent = text ?? "";
  element.closest("[data-row]")?.toggleAttribute("hidden", !text);
};

if (card) {
  place.hidden = false;
  document.querySelector("[data-none]").hidden = true;
  // The picture that the server drew of her own number; nothing else of the text is taken.
  const picture = new DOMParser().parseFromString(card.qr, "text/html").querySelector("svg");
  document.querySelector("[data-kept-qr]").replaceChildren(document.importNode(picture, true));
  fill("name", card.name);
  fill("groups", card.groups);
  fill("points", card.points);
  fill("worth", card.worth);
  const when = new Intl.DateTimeFormat(card.lang === "fa" ? "fa-IR-u-ca-persian" : "en-GB", {
    dateStyle: "long",
    timeStyle: "short",
  });
  fill("at", card.points ? when.format(card.at) : "");
}
document.querySelector("[data-again]").addEventListener("click", () => location.reload());
