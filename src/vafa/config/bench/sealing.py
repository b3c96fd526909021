"""What sealing costs, as a share of what writing the same transfers costs."""

from __future__ import annotations

from time import perf_counter

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vafa.club.reads.context import club_context
from vafa.config.bench.figures import Bar, Figure, Row
from vafa.config.bench.requests import Requests
from vafa.config.bench.stages import Bench, send_batches
from vafa.config.bench.web import web_process
from vafa.flows.sealing import seal_club

_BAR = Bar(at_most=0.1)


def sealing(bench: Bench) -> list[Row]:
    """(f) Seal what the batch endpoint, the fastest way of writing, has just written."""
    options = bench.options
    club, key = club_context(bench.scene.club_id), Ed25519PrivateKey.generate()
    requests = Requests(bench.scene, bench.secret)
    rates: list[float] = []
    shares: list[float] = []
    bench.databases.settle()
    bench.progress.start(options.rounds + 1, "Sealing")
    with web_process(bench.environment(), options.port, bench.log()) as web:
        seal_club(club, key)
        bench.progress.advance()
        for _ in range(options.rounds):
            written = send_batches(web, requests, options.batches)
            began = perf_counter()
            sealed = seal_club(club, key)
            seconds = perf_counter() - began
            rates.append(sealed / seconds)
            shares.append(seconds / (len(written.latencies) / written.rate))
            bench.progress.advance()
    bench.progress.finish()
    rate, share = Figure(tuple(rates)), Figure(tuple(shares))
    return [Row("f", "Sealing, transfers", rate, "/s", share, "writing", _BAR)]
