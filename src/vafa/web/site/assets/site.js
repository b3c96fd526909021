// The public pages: a draw is worked out again at a touch.
import { local } from "../../shared/assets/js/digits.js";
import { check } from "./draw.js";

const box = document.getElementById("check-draw");

async function fetched(url) {
  const response = await fetch(url, { cache: "no-store" });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response;
}

async function files() {
  const draw = await (await fetched(box.dataset.draw)).json();
  return [draw, new Uint8Array(await (await fetched(box.dataset.list)).arrayBuffer())];
}

async function workOut() {
  if (!crypto.subtle) return ["insecure", []];
  let draw, list;
  try {
    [draw, list] = await files();
  } catch {
    return ["unreadable", []];
  }
  return check(draw, list);
}

async function answer() {
  const words = JSON.parse(document.getElementById("check-words").textContent);
  const place = box.querySelector("[data-answer]");
  place.className = "mt-3 text-muted";
  place.textContent = words.working;
  const [found, lines] = await workOut();
  const good = found === "equal" || found === "waiting";
  place.className = `mt-3 font-semibold ${good ? "text-success" : "text-error"}`;
  place.dataset.found = found;
  place.dataset.lines = lines.join(" ");
  const separator = document.documentElement.lang === "fa" ? "، " : ", ";
  place.textContent = words[found].replace("{lines}", local(lines.join(separator)) || "—");
}

box?.querySelector("button").addEventListener("click", answer);
