"""The user guide's files: written in ``docs/guide``, copied into the package by the build.

The product shows them at ``/guide/`` (web/site), wherever the package is installed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_SHARED: Final = Path(__file__).resolve().parent
SOURCE: Final = _SHARED.parents[3] / "docs" / "guide"
# Among what browsers may load: the pictures are served from here.
GUIDE: Final = _SHARED / "static" / "guide"
LANGUAGES: Final = ("fa", "en")


def copy_guide() -> int:
    """Make ``GUIDE`` the same as ``SOURCE``; how many files had changed. Only what did is written."""
    wanted = {file.relative_to(SOURCE): file for file in _files(SOURCE)}
    changed = 0
    for name, file in wanted.items():
        if _is_same(file, GUIDE / name):
            continue
        (GUIDE / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, GUIDE / name)
        changed += 1
    for name in {file.relative_to(GUIDE) for file in _files(GUIDE)} - set(wanted):
        (GUIDE / name).unlink()
        changed += 1
    return changed


def _files(folder: Path) -> Iterator[Path]:
    for lang in LANGUAGES:
        yield from folder.glob(f"{lang}/*.md")
        yield from folder.glob(f"images/{lang}/*.webp")


def _is_same(source: Path, target: Path) -> bool:
    if not target.exists():
        return False
    one, other = source.stat(), target.stat()
    return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)
