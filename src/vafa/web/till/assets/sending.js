// The queue goes over when the line is back: in its order, in small batches, each sale once.
import { csrfToken } from "../../shared/assets/js/csrf.js";
import { grouped, local } from "../../shared/assets/js/digits.js";
import { change, drop, keep, kept, queue } from "./store.js";

const BATCH = 20;
const PATIENCE_MS = 6000;
const config = () => document.getElementById("till-line")?.dataset ?? {};

// The hour at the club, whatever this device believes of its place.
export function clockTime(moment) {
  const at = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: config().zone };
  return local(new Intl.DateTimeFormat("en-GB", at).format(new Date(moment)));
}

export const waiting = async () => (await queue()).filter((entry) => entry.state !== "sent");

// A request of our own: what the browser believes of the line is not asked.
export async function isAlive() {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    return (await fetch(config().alive, { cache: "no-store", signal })).ok;
  } catch {
    return false;
  }
}

// "sent": nothing is left to send; "down": no line; "login": somebody must log in first.
export async function send() {
  if (!navigator.locks) return sendAll();
  return navigator.locks.request("vafa-till-send", sendAll);
}

async function sendAll() {
  for (;;) {
    const entries = (await waiting()).filter((entry) => entry.state === "new");
    if (!entries.length) return "sent";
    const told = await post(entries.slice(0, BATCH));
    if (told === "down" || told === "login") return told;
    if (!(await take(entries, told))) return "down";
  }
}

async function post(entries) {
  const body = JSON.stringify({ now: new Date().toISOString(), entries: entries.map((e) => e.sale) });
  const headers = {
    "Content-Type": "application/json",
    "HX-Request": "true",
    "X-CSRFToken": csrfToken(),
  };
  let answer;
  try {
    const signal = AbortSignal.timeout(30_000);
    answer = await fetch(config().sync, { method: "POST", body, headers, signal });
  } catch {
    return "down";
  }
  if (answer.headers.get("HX-Redirect") || answer.status === 403) return "login";
  if (!answer.ok) return "down";
  return (await answer.json().catch(() => null))?.results ?? "down";
}

// False when nothing came of any of them, so that nobody asks for ever without a pause.
async function take(entries, results) {
  let moved = false;
  for (const result of results) {
    const entry = entries.find((one) => one.sale.id === result.id);
    if (!entry || result.status === "later") continue;
    moved = true;
    entry.state = { recorded: "sent", kept: "elsewhere", invalid: "refused" }[result.status];
    entry.said = result.said ?? "";
    if (entry.state === "sent" && entry.sale.form) await drop(entry);
    else await change(entry);
  }
  return moved;
}

// What waits for another branch is asked again where that branch may be.
export async function tryElsewhere() {
  for (const entry of await queue()) {
    if (entry.state === "elsewhere") await change({ ...entry, state: "new" });
  }
}

export async function lineIsDown() {
  if (!(await kept("down-since"))) await keep("down-since", Date.now());
}

export const lineIsBack = () => keep("down-since", 0);

// The band: since when there is no line, and how many sales wait. Never a dialog.
export async function showBand(state) {
  const band = document.getElementById("till-line");
  if (!band) return;
  const since = await kept("down-since");
  const count = (await waiting()).length;
  const show = (name, on) => {
    const part = band.querySelector(`[data-line-${name}]`);
    if (part) part.hidden = !on;
  };
  band.hidden = !since && !count;
  show("down", Boolean(since));
  show("back", !since && count > 0);
  show("waiting", count > 0);
  show("login", state === "login");
  show("return", !since && Boolean(band.dataset.offline));
  const clock = band.querySelector("[data-since]");
  if (clock && since) {
    clock.textContent = clockTime(since);
  }
  const number = band.querySelector("[data-count-waiting]");
  if (number) number.textContent = grouped(String(count));
}
