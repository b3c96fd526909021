// A draw worked out again (docs/draws.md): the same as program/rules/draws.py and check_draw.py.
const SPACE = 1n << 64n;
const text = new TextEncoder();

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const bytesOf = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));

export async function sha256(bytes) {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

// The chances of each line; null where a line is not what it should be.
export function readList(bytes) {
  const lines = new TextDecoder().decode(bytes).split("\n");
  if (lines.pop() !== "") return bytes.length === 0 ? [] : null;
  const chances = [];
  let before = "";
  for (const [index, line] of lines.entries()) {
    const [number, tag, count] = line.split("\t");
    if (number !== String(index + 1) || tag <= before || !/^[1-9]\d*$/.test(count)) return null;
    before = tag;
    chances.push(BigInt(count));
  }
  return chances;
}

async function stream(key, value, listHash, counter) {
  const message = text.encode(`${value}|${listHash}|${counter}`);
  const digest = await crypto.subtle.sign("HMAC", key, message);
  return new DataView(digest).getBigUint64(0);
}

// The first line whose end lies beyond the place.
function lineAt(ends, place) {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle] > place) high = middle;
    else low = middle + 1;
  }
  return low;
}

// The numbers of the lines that win, in order; nobody twice.
export async function winners(chances, seed, value, listHash, count) {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytesOf(seed), algorithm, false, ["sign"]);
  const ends = [];
  let left = 0n;
  for (const each of chances) ends.push((left += each));
  const taken = [];
  const found = [];
  for (let counter = 1; left > 0n && found.length < count; counter += 1) {
    const number = await stream(key, value, listHash, counter);
    if (number >= SPACE - (SPACE % left)) continue;
    let place = number % left;
    for (const [start, width] of taken) {
      if (place < start) break;
      place += width;
    }
    const line = lineAt(ends, place);
    found.push(line + 1);
    taken.push([ends[line] - chances[line], chances[line]]);
    taken.sort((a, b) => (a[0] < b[0] ? -1 : 1));
    left -= chances[line];
  }
  return found;
}

// What is found: the key of the sentence, and the lines that win.
export async function check(draw, listBytes) {
  if ((await sha256(listBytes)) !== draw.list_hash) return ["list", []];
  const chances = readList(listBytes);
  if (chances === null) return ["list", []];
  if (!draw.seed) return ["waiting", []];
  if ((await sha256(bytesOf(draw.seed))) !== draw.seed_hash) return ["seed", []];
  const count = draw.prizes.reduce((sum, prize) => sum + prize.count, draw.reserves);
  const lines = await winners(chances, draw.seed, draw.public_value, draw.list_hash, count);
  const same = JSON.stringify(lines) === JSON.stringify(draw.winners.map((each) => each.number));
  return [same ? "equal" : "winners", lines];
}
