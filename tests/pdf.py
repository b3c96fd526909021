"""What a PDF of ours says, read from its own tables of letters: enough for what typst writes."""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)\sendobj", re.S)
_FONT = re.compile(rb"/(f\d+) (\d+) 0 R")
_LETTER = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>")
# A part of the page, a line within it, letters from right to left, a font, a string.
_TOKEN = re.compile(
    rb"(?P<part>/\w+\s*<<.*?>>\s*BDC)|(?P<line>\bET\b)|(?P<back>/ReversedChars\s+BMC)"
    rb"|(?P<end>\bEMC\b)|/(?P<font>f\d+)\s+[\d.]+\s+Tf"
    rb"|\((?P<text>(?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*)\)",
    re.S,
)
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(.))", re.S)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pdf_text(pdf: bytes) -> str:
    """The words of a PDF in the order of reading, whatever lines they stand on, without joiners and
    non-joiners: a glyph stands with and without them."""
    objects = {int(n): body for n, body in _OBJECT.findall(pdf)}
    fonts = {
        name.decode(): _letters(objects, int(number))
        for body in objects.values()
        for name, number in _FONT.findall(body)
    }
    pages = [
        int(number)
        for body in objects.values()
        if b"/Type/Page/" in body
        for number in re.findall(rb"/Contents (\d+) 0 R", body)
    ]
    return "\n".join(_page(_unpacked(objects[number]), fonts) for number in pages)


def _unpacked(body: bytes) -> bytes:
    stream = body.partition(b"stream")[2].lstrip(b"\r\n")
    return zlib.decompressobj().decompress(stream)


def _letters(objects: dict[int, bytes], font: int) -> dict[int, str]:
    """What each glyph of a font stands for."""
    found = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    assert found is not None, "a font without its letters"
    pairs = _LETTER.findall(_unpacked(objects[int(found[1])]))
    return {
        int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs
    }


def _page(content: bytes, fonts: dict[str, dict[int, str]]) -> str:
    said, runs = "", [""]
    letters: dict[int, str] = {}
    is_back = is_from_right = False
    for token in _TOKEN.finditer(content):
        if token["part"] is not None:
            said += " "
        elif token["line"] is not None:
            # Runs stand from left to right, whatever their letters do.
            said += "".join(reversed(runs) if is_from_right else runs)
            runs, is_from_right = [""], False
        elif token["back"] is not None or token["end"] is not None:
            is_back = token["back"] is not None
            is_from_right = is_from_right or is_back
            runs.append("")
        elif token["font"] is not None:
            letters = fonts[token["font"].decode()]
        else:
            raw = _ESCAPE.sub(_escaped, token["text"])
            glyphs = [int.from_bytes(raw[n : n + 2], "big") for n in range(0, len(raw), 2)]
            # A glyph of two letters has them in the order in which they are read.
            text = "".join(letters[glyph] for glyph in (reversed(glyphs) if is_back else glyphs))
            runs[-1] = text + runs[-1] if is_back else runs[-1] + text
    return " ".join(said.replace("\u200c", "").replace("\u200d", "").split())


def _escaped(found: re.Match[bytes]) -> bytes:
    if found[1] is not None:
        return bytes([int(found[1], 8)])
    return _NAMED.get(found[2], found[2])
