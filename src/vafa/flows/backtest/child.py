"""A process that judges slices: ``python -m vafa.flows.backtest.child``, started by ``processes``.

It reads JSON lines: first the question and the database's name, then slices; each is answered by
its tally in one line. It ends when nothing more comes, also when who started it has died.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import BinaryIO

import django
import orjson
from django.db import connection


def main() -> None:
    """Serve until the input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr  # what libraries print must not get between the answers
    django.setup()
    _serve(sys.stdin.buffer, answers)


def _serve(asked: BinaryIO, answers: BinaryIO) -> None:
    # They import models, and could not be imported before Django is set up.
    questions = importlib.import_module("vafa.flows.backtest.question")
    slices = importlib.import_module("vafa.flows.backtest.slices")
    first = orjson.loads(asked.readline())
    connection.settings_dict.update(first["database"])
    bench = slices.set_up(questions.Question.of_json(first["question"]))
    # Slices are trees of plain values: there are no circles among them to be looked for.
    gc.freeze()
    gc.disable()
    for line in asked:
        tally = slices.judge_slice(bench, *orjson.loads(line))
        gc.collect()
        answers.write(orjson.dumps(tally.as_json()) + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
