// The members' list for a time without a line: fetched, kept, and asked.
import { latin } from "../../shared/assets/js/digits.js";
import { drop, forget, keep, kept, queue } from "./store.js";

const DIGITS = 7;
const HMAC = { name: "HMAC", hash: "SHA-256" };

// Brings a newer snapshot where there is one; false when the line is down or nobody is logged in.
export async function refresh(url) {
  const old = await kept("snapshot");
  const before = (await queue()).filter((entry) => entry.state === "sent");
  const headers = { "HX-Request": "true" };
  if (old) headers["If-None-Match"] = old.mark;
  const answer = await fetch(url, { headers, cache: "no-store" }).catch(() => null);
  if (answer?.status === 304) return true;
  if (!answer?.ok || answer.status === 204) return false;
  const text = await answer.text().catch(() => "");
  const read = parse(text);
  if (!read) return false;
  const raw = Uint8Array.from(atob(answer.headers.get("X-Snapshot-Key")), (c) => c.charCodeAt(0));
  // Not extractable: a script can ask for one number with it, and never take it away.
  const key = await crypto.subtle.importKey("raw", raw, HMAC, false, ["sign"]);
  const skew = Date.parse(read.head.made_at) - Date.now();
  await keep("snapshot", { ...read, key, skew, mark: answer.headers.get("ETag") });
  // What was sent before this list was asked for is in its figures.
  for (const entry of before) await drop(entry);
  return true;
}

export const forgetSnapshot = () => forget("snapshot");

// Only one that is whole ends with the number of its lines.
function parse(text) {
  const rows = text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const end = rows.pop();
  const head = rows.shift();
  if (end?.[0] !== "e" || head?.[0] !== "h" || end[1] !== rows.length) return null;
  return {
    head: head[1],
    members: rows.filter((row) => row[0] === "m"),
    products: rows.filter((row) => row[0] === "p").map(([, sku, name, price]) => ({ sku, name, price })),
  };
}

// As the server writes a mobile: +98912…; "" for what is none.
export function mobileOf(typed) {
  const plain = latin(typed).replace(/[\s\-().]/g, "");
  const match = /^(?:\+98|0098|98|0)?(9\d{9})$/.exec(plain);
  if (match) return `+98${match[1]}`;
  return /^(?:\+|00)[1-9]\d{7,14}$/.test(plain) ? plain.replace(/^00/, "+") : "";
}

// What is sent for whoever was named: a mobile, a card of sixteen digits; "" for neither.
export function nameOf(typed) {
  const mobile = mobileOf(typed);
  if (mobile) return mobile;
  const card = /(?<!\d)\d{16}(?!\d)/.exec(latin(typed).replace(/[\s-]/g, ""));
  return card ? card[0] : "";
}

async function hashed(key, name) {
  const made = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(name));
  const hex = [...new Uint8Array(made.slice(0, 4))].map((b) => b.toString(16).padStart(2, "0"));
  return hex.join("").slice(0, DIGITS);
}

// The member of that name, or null where nobody has it, or two do: a cut hash may fit both.
export async function findMember(snapshot, name) {
  if (!snapshot || !name) return null;
  const mark = await hashed(snapshot.key, name);
  const found = snapshot.members.filter((row) => row[1].includes(mark));
  if (found.length !== 1) return null;
  const [, , called, tier, points, credit, active, holder, ticket] = found[0];
  return { called, tier, points, credit, active, holder, ticket };
}

const plain = (text) => latin(text).toLowerCase()
  .replace(/ي/g, "ی").replace(/ك/g, "ک").replace(/[آأإ]/g, "ا").replace(/[\u200c\s]+/g, " ").trim();

// At most eight products: the one of exactly this code alone, else those whose code begins so or
// whose name holds it.
export function findProducts(snapshot, typed) {
  const wanted = plain(typed);
  if (!wanted || !snapshot) return [];
  const exact = snapshot.products.find((one) => one.sku.toLowerCase() === wanted);
  if (exact) return [exact];
  const fits = (one) => one.sku.toLowerCase().startsWith(wanted) || plain(one.name).includes(wanted);
  return snapshot.products.filter(fits).slice(0, 8);
}

// What a member may still spend without a line: what the list allows, less what she spent by it
// and what waits to be sent. A list that is over allows nothing.
export function allowance(snapshot, member, entries) {
  const over = snapshot && Date.parse(snapshot.head.valid_until) < Date.now() + snapshot.skew;
  if (!member?.active || over) {
    return { points: 0, credit: 0 };
  }
  const [, points, credit] = member.ticket;
  const hers = entries.filter((entry) => entry.holder === member.holder);
  const sum = (name) => hers.reduce((all, entry) => all + (entry.sale[name] ?? 0), 0);
  return { points: Math.max(0, points - sum("points")), credit: Math.max(0, credit - sum("credit")) };
}
