"""Check a Vafa draw (docs/draws.md) with Python alone (3.8 or newer), without any network:

    check_draw.py DRAW.json LIST.txt [OLDER.json ...] [SALT MOBILE]

DRAW.json and LIST.txt: the two files of the draw's public page. OLDER.json: the same file as you kept it on
an earlier day. SALT and MOBILE: a member's own, from her page in the portal, to find her line.
Exit code: 0 all true, 1 something is false, 2 unreadable.
"""
import hmac
import json
import sys
from bisect import bisect_right, insort
from hashlib import sha256
from itertools import accumulate
from pathlib import Path

STEPS = ["open", "frozen", "drawn", "closed"]
LATER = {"status", "list_hash", "entrants", "chances", "frozen_at", "public_value", "seed", "drawn_at", "winners"}


def must(true, sentence):
    if not true:
        raise AssertionError(sentence)


def read_list(data):
    """The lines as (tag, chances): numbered from 1, in the order of the tags, nobody twice."""
    rows = [line.split("\t") for line in data.decode().splitlines()]
    must([row[0] for row in rows] == [str(n) for n in range(1, len(rows) + 1)], "The list is not numbered 1, 2, 3 …")
    tags = [row[1] for row in rows]
    must(all(a < b for a, b in zip(tags, tags[1:])), "The tags do not rise: somebody is in the list twice.")
    must(all(int(row[2]) > 0 for row in rows), "Somebody is in the list without a chance.")
    return [(tag, int(chances)) for _number, tag, chances in rows]


def drawn(chances, seed, value, list_hash, count):
    """The numbers of the lines that win, in order."""
    ends, winners, taken, counter = list(accumulate(chances)), [], [], 0
    left = ends[-1] if ends else 0
    while left and len(winners) < count:
        counter += 1
        message = "{}|{}|{}".format(value, list_hash, counter).encode()
        number = int.from_bytes(hmac.new(seed, message, "sha256").digest()[:8], "big")
        if number >= 2**64 - 2**64 % left:  # these few would favour the first lines
            continue
        place = number % left
        for start, width in taken:  # whoever was drawn is out with all her chances
            if place < start:
                break
            place += width
        line = bisect_right(ends, place)
        winners.append(line + 1)
        insort(taken, (ends[line] - chances[line], chances[line]))
        left -= chances[line]
    return winners


def check_older(old, new):
    """Nothing that was published then has changed since."""
    must(STEPS.index(old["status"]) <= STEPS.index(new["status"]), "The older file is of a later step.")
    for name, value in old.items():
        if name not in LATER or (name != "status" and value not in (None, "", [], 0)):
            must(new.get(name) == value, "“{}” is not what it was: {!r} became {!r}.".format(name, value, new.get(name)))
    print("Nothing has changed since the older file ({}).".format(old["status"]))


def check_member(lines, words):
    salt, identity = words
    tag = hmac.new(bytes.fromhex(salt), identity.encode(), "sha256").hexdigest()[:32]
    found = [(n, chances) for n, (own, chances) in enumerate(lines, 1) if own == tag]
    must(found, "There is no line for this salt and mobile (tag {}).".format(tag))
    print("Your line is number {} with {} chances.".format(*found[0]))


def main(words):
    files = [word for word in words if word.endswith((".json", ".txt"))]
    draw, *older = [json.loads(Path(name).read_text("utf-8")) for name in files if name.endswith(".json")]
    must(draw["format"] == "vafa-draw-1", "The file is of another form: {}".format(draw["format"]))
    for old in older:
        check_older(old, draw)
    lines = None
    for name in files:
        if name.endswith(".txt"):
            data = Path(name).read_bytes()
            must(sha256(data).hexdigest() == draw["list_hash"], "The list is not the one whose hash was published.")
            lines = read_list(data)
            must(len(lines) == draw["entrants"] and sum(c for _t, c in lines) == draw["chances"], "The list does not add up.")
            print("The list is the published one: {} members, {} chances.".format(len(lines), draw["chances"]))
    if lines is not None and len(words) == len(files) + 2:
        check_member(lines, [word for word in words if word not in files])
    if not draw["seed"]:
        print("Nothing is drawn yet. Keep this file, and compare it then.")
        return 0
    if lines is None:
        raise ValueError("the list is missing: give LIST.txt too")
    seed = bytes.fromhex(draw["seed"])
    must(sha256(seed).hexdigest() == draw["seed_hash"], "The seed is not the one that was promised.")
    print("The seed is the one that was promised when the draw was opened.")
    count = sum(prize["count"] for prize in draw["prizes"]) + draw["reserves"]
    numbers = drawn([chances for _tag, chances in lines], seed, draw["public_value"], draw["list_hash"], count)
    must(numbers == [w["number"] for w in draw["winners"]], "OTHERS WON: the lines drawn are {}.".format(numbers))
    must([lines[n - 1][0] for n in numbers] == [w["tag"] for w in draw["winners"]], "The tags of the winners differ.")
    print("The winners are the right ones, in order: lines {}.".format(", ".join(map(str, numbers)) or "none"))
    print("See for yourself that “{}” was: {}".format(draw["public_value_is"], draw["public_value"]))
    return 0


try:
    sys.exit(main(sys.argv[1:]) if len(sys.argv) > 1 else print(__doc__) or 2)
except (AssertionError, OSError, ValueError, LookupError, TypeError) as error:
    sys.exit(print("FALSE: {}".format(error)) or 1 if isinstance(error, AssertionError) else print("Cannot be read: {!r}".format(error)) or 2)
