"""The embedded server's settings, for the machine that it runs on."""

from __future__ import annotations

import os
from pathlib import Path

_MB = 1024 * 1024
_SMALL_SHARED_MEMORY = 256 * _MB


def server_settings(home: Path, log: Path, socket: Path) -> str:
    """The text of ``vafa.conf``; ``home``/postgresql.conf, if there is one, has the last word."""
    memory = machine_memory()
    shared = max(128 * _MB, min(memory // 4, 2048 * _MB))
    values: dict[str, str | int] = {
        "listen_addresses": "",
        "port": 5432,
        "unix_socket_directories": str(socket),
        "unix_socket_permissions": "0700",
        "max_connections": 100,
        "shared_buffers": f"{shared // _MB}MB",
        "effective_cache_size": f"{max(256 * _MB, memory // 2) // _MB}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{max(64 * _MB, min(memory // 16, 512 * _MB)) // _MB}MB",
        "dynamic_shared_memory_type": _shared_memory_kind(),
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "wal_compression": "on",
        # While it recovers to a moment (docs/backup.md) nobody may take it for ready.
        "hot_standby": "off",
        "max_wal_size": "4GB",
        "min_wal_size": "256MB",
        "checkpoint_timeout": "15min",
        "checkpoint_completion_target": "0.9",
        "random_page_cost": "1.1",
        "autovacuum_vacuum_scale_factor": "0.05",
        "autovacuum_analyze_scale_factor": "0.02",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "idle_in_transaction_session_timeout": "10min",
        "logging_collector": "on",
        "log_directory": str(log),
        # One file for each day of the week: older ones are overwritten.
        "log_filename": "postgresql-%a.log",
        "log_rotation_age": "1d",
        "log_rotation_size": 0,
        "log_truncate_on_rotation": "on",
        "log_line_prefix": "%m [%p] ",
        # Statements and the details of their errors hold customers' data.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_checkpoints": "off",
    }
    lines = [f"{name} = {_quoted(value)}" for name, value in values.items()]
    local = _quoted(str(home / "postgresql.conf"))
    return "\n".join(["# Written anew at each start.", *lines, f"include_if_exists {local}", ""])


def machine_memory() -> int:
    """Bytes of memory that this machine, or the container around us, may use."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limit = Path("/sys/fs/cgroup/memory.max")
    if limit.exists():
        text = limit.read_text().strip()
        if text.isdigit():
            return min(memory, int(text))
    return memory


def _shared_memory_kind() -> str:
    """Files instead of /dev/shm where that is too small for parallel queries (in containers)."""
    shared = Path("/dev/shm")  # noqa: S108  (looked at, never written to)
    if not shared.exists():
        return "posix"
    space = os.statvfs(shared)
    return "mmap" if space.f_blocks * space.f_frsize < _SMALL_SHARED_MEMORY else "posix"


def _quoted(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
