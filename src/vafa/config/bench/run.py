"""One whole run, from the seed to the verification."""

from __future__ import annotations

import tempfile
from pathlib import Path

from vafa.club.actions.api_keys import create_api_key
from vafa.club.models import Club
from vafa.config.bench.aging import aging
from vafa.config.bench.backtesting import backtesting
from vafa.config.bench.coding import coding
from vafa.config.bench.databases import Databases, django_on
from vafa.config.bench.deciding import deciding
from vafa.config.bench.first_view import first_view
from vafa.config.bench.looking import looking
from vafa.config.bench.report import Report
from vafa.config.bench.ruling import ruling
from vafa.config.bench.sealing import sealing
from vafa.config.bench.seeding import find_scene, seed
from vafa.config.bench.spending import spending
from vafa.config.bench.stages import Bench, Options, many_at_once, one_at_a_time
from vafa.config.bench.verifying import verifying, write_history
from vafa.core.progress import Progress


def run(databases: Databases, options: Options, progress: Progress) -> Report:
    """Measure everything in databases of its own, which are removed unless ``options.keep``.

    Raises StartFailed when the server is not fit for it, TimeoutError when it falls silent.
    """
    with databases.alone():
        server = databases.server()
        try:
            return _measure(databases, options, server, progress)
        finally:
            progress.finish()
            if not options.keep:
                for name in databases.names:
                    databases.drop(name)


def _measure(
    databases: Databases, options: Options, server: dict[str, str], progress: Progress
) -> Report:
    seed(databases, databases.seed, options.members, progress)
    for name in (databases.measured, databases.ceiling):
        databases.make(name, template=databases.seed)
    with (
        tempfile.TemporaryDirectory(prefix="vafa-bench-") as folder,
        django_on(databases.measured),
    ):
        scene = find_scene()
        bench = Bench(databases, scene, _secret(scene.club_id), options, progress, Path(folder))
        rows = [*one_at_a_time(bench), *many_at_once(bench), *spending(bench), *aging(bench)]
        write_history(bench)
        rows += sealing(bench)
        verified, differences = verifying(bench)
        rows += [*verified, *deciding(bench), *ruling(bench), *backtesting(bench)]
        rows += [*coding(bench), *looking(bench), *first_view(bench)]
        rows.sort(key=lambda row: row.code)
        return Report(options, server, rows, differences, bench.complaints)


def _secret(club_id: int) -> str:
    """A shop program's key, good for every branch."""
    scopes = ("purchases:read", "purchases:write")
    return create_api_key(Club.objects.get(pk=club_id), name="bench", scopes=scopes)[1]
