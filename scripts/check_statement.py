"""Check Vafa statements (docs/seals.md) with Python alone (3.8 or newer): check_statement.py FILE... [KEY]
FILE: a statement, or a proof from one head to another. KEY: the club's key as published (else the first file's).
Exit code: 0 all true, 1 something is false, 2 unreadable, 3 all true, but a proof between two heads is missing."""
import json
import sys
from base64 import b64decode
from datetime import datetime, timedelta, timezone
from hashlib import sha256, sha512
from pathlib import Path
P, L, ZERO = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493, (0, 1, 1, 0)
D = -121665 * pow(121666, P - 2, P) % P
FIELDS = {  # what was sealed, in this order: ? may be none, :s is text, _at a time, * a list, all else whole numbers
    "transfer": "id transaction book unit amount kind:s source:s source_id reverses? effective_at recorded_at",
    "debit": "account holder state:s version? balance? taken*", "taken": "id lot amount", "given_back": "id lot amount",
    "credit": "account holder state:s version? balance? opened* given_back*",
    "opened": "id account origin amount earned_at matures_at? expires_at? slides_months? instead_of?"}
def must(true, sentence):
    if not true:
        raise AssertionError(sentence)
def add(a, b):  # two points of Ed25519 (RFC 8032)
    m, n, c, d = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0]), 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    return (n - m) * (d - c) % P, (d + c) * (n + m) % P, (d - c) * (d + c) % P, (n - m) * (n + m) % P
def times(n, a):
    return add(times(n >> 1, add(a, a)), a if n & 1 else ZERO) if n else ZERO
def point(data):
    y = int.from_bytes(data, "little") & (1 << 255) - 1
    u = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = [x for x in (pow(u, (P + 3) // 8, P) * i % P for i in (1, pow(2, (P - 1) // 4, P))) if x * x % P == u]
    must(x and y < P and len(data) == 32, "The key or the signature is no point of the curve.")
    return next((i, y, 1, i * y % P) for i in (x[0], P - x[0]) if i & 1 == data[31] >> 7)
def is_signed(public, text, sig):
    k, s = (int.from_bytes(x, "little") for x in (sha512(sig[:32] + public + text).digest(), sig[32:]))
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    a, b = times(s, base), add(point(sig[:32]), times(k % L, point(public)))
    return s < L and all((a[i] * b[2] - b[i] * a[2]) % P == 0 for i in (0, 1))
def head(note, key):  # size and root of a signed checkpoint (C2SP)
    (origin, number, material), (text, lines) = key.split("+", 2), note.split("\n\n")
    public, ours = b64decode(material)[1:], f"— {origin} "
    must(sha256(origin.encode() + b"\n\1" + public).hexdigest()[:8] == number, "The key is damaged.")
    sigs = [b64decode(x[len(ours):]) for x in lines.splitlines() if x.startswith(ours)]
    signed = [is_signed(public, (text + "\n").encode(), x[4:]) for x in sigs if x[:4].hex() == number and len(x) == 68]
    must(signed and all(signed) and text.split("\n")[0] == origin, "The head was not signed with the key.")
    return int(text.split("\n")[1]), b64decode(text.split("\n")[2])
def node(a, b):
    return sha256(b"\1" + a + b).digest()
def up(index, size, leaf, path):  # the root to which an inclusion path leads (RFC 6962, 2.1.1)
    must(0 <= index < size and bool(path) == (size > 1), "A proof has the wrong length.")
    half, rest = 1 << (size - 1).bit_length() >> 1, path[:-1]
    below = leaf if size == 1 else up(index, half, leaf, rest) if index < half else up(index - half, size - half, leaf, rest)
    return leaf if size == 1 else node(below, path[-1]) if index < half else node(path[-1], below)
def grow(old, size, root, path):  # the roots of the old and of the new tree to which a proof leads (2.1.2)
    must(0 < old <= size and (len(path) == (root is None) if old == size else path), "A proof has the wrong length.")
    half, rest = 1 << (size - 1).bit_length() >> 1, path[:-1]
    if old == size:
        return [root or path[-1]] * 2
    a, b = grow(old, half, root, rest) if old <= half else grow(old - half, size - half, None, rest)
    return [a, node(b, path[-1])] if old <= half else [node(path[-1], a), node(path[-1], b)]
def pack(what, values):  # the bytes that were sealed
    fields, out = FIELDS[what].split(), b""
    must([x.rstrip("?*").split(":")[0] for x in fields] == list(values), f"A {what} has strange fields: {list(values)}")
    for field, (name, value) in zip(fields, values.items()):
        if name.endswith("_at") and value:
            value = (datetime.fromisoformat(value) - datetime(2000, 1, 1, tzinfo=timezone.utc)) // timedelta(microseconds=1)
        raw = b"".join(pack(name, x) for x in value) if "*" in field else value.encode() if ":s" in field else None
        out += b"\0" if value is None else b"\1" * ("?" in field) + (value.to_bytes(8, "big", signed=True) if raw is None else len(raw).to_bytes(4, "big") + raw)
    return out
def check(data, size, root, accounts):  # are the rows in the head, and is none of hers missing between them?
    for row in data["rows"]:
        sides = [bytes.fromhex(row[x]) if isinstance(row[x], str) else sha256(pack(x, row[x])).digest() for x in ("debit", "credit")]
        leaf = sha256(b"\0" + (1).to_bytes(8, "big") + pack("transfer", row["transfer"]) + b"".join(sides)).digest()
        must(up(row["index"], size, leaf, [b64decode(x) for x in row["proof"]]) == root, f"Transfer {row['transfer']['id']} is not in the head as it stands here.")
        for side, sign in ((row["debit"], -1), (row["credit"], 1)):
            if data["whole"] and not isinstance(side, str) and side["holder"] in data["holders"]:
                accounts.setdefault(side["account"], []).append((side["version"], side["balance"], sign * row["transfer"]["amount"], side["state"]))
    print(f"  {len(data['rows'])} transfers are in the head of {size} exactly as they stand here; {data['waiting']} newer wait")
    for number, moves in sorted(accounts.items()):
        for place, (last, now) in enumerate(zip([(0, 0), *sorted(moves)], sorted(moves)), 1):
            must(now[:2] == (place, last[1] + now[2]), f"Account {number} ({now[3]}): movement {place} is missing or does not add up.")
        print(f"  {now[3]}: {now[1]} after {len(moves)} movements, none of them left out")
def main(words):
    key, heads, links = next((x for x in words if x.startswith("vafa/")), None), {}, set()
    for name in [x for x in words if not x.startswith("vafa/")]:
        data = json.loads(Path(name).read_text("utf-8"))
        must(data["key"] == (key := key or data["key"]), f"{name} was signed with another key: {data['key']}")
        *old, new = [head(data[x], key) for x in ("old", "checkpoint") if x in data]
        for size, root in (*old, new):
            must(heads.setdefault(size, root) == root, f"TWO HISTORIES: signed heads of {size} differ. Keep the files, they prove it.")
        if not old:
            check(data, *new, {})
        for size, root in old:
            must(grow(size, new[0], root, [b64decode(x) for x in data["proof"]]) == [root, new[1]], f"The head of {new[0]} does not extend that of {size}.")
            links.add((size, new[0]))
    open_ = [f"But the head of {b} was NOT SHOWN to extend that of {a}: add the club's c/{key[5:].split('+')[0]}/consistency/{a}/{b}" for a, b in zip(sorted(heads), sorted(heads)[1:]) if (a, b) not in links]
    print(f"All true, and signed with {key}.", *(f"The head of {b} extends that of {a}." for a, b in sorted(links)), *open_, sep="\n")
    return 3 if open_ else 0
try:
    sys.exit(main(sys.argv[1:]) if len(sys.argv) > 1 else print(__doc__) or 2)
except (AssertionError, OSError, ValueError, LookupError, TypeError, AttributeError) as error:
    sys.exit(print(f"FALSE: {error}") or 1 if isinstance(error, AssertionError) else print(f"Cannot be read: {error!r}") or 2)
