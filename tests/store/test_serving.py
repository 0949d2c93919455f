"""`jactl-trio serve`, two processes on one PostgreSQL: they share the work, hand it over, and outlive the server."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import jactl_trio as jactl

from ..waiting import wait_until
from .cluster import Cluster

COUNTING = "def n = 0\nwhile (n < 60) { checkpoint(); n++; sleep(50) }\nn\n"


def serving(folder: Path, url: str, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "jactl_trio", "serve", str(folder), "--store", url, "--every", "0.1", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_servers_share_the_work_and_outlive_the_database(cluster: Cluster, tmp_path: Path) -> None:
    url = cluster.database()
    store = jactl.open_store(url)
    servers = [serving(tmp_path, url), serving(tmp_path, url)]
    try:
        wait_until(lambda: len(store.owners()) == 2)
        for n in range(12):
            (tmp_path / f"{n}.jactl").write_text(f"{n}\n{COUNTING}")
        wait_until(lambda: len(store.instances("running")) == 12)
        assert {one.owner for one in store.instances("running")} <= {owner.id for owner in store.owners()}
        cluster.stop("immediate")
        time.sleep(0.5)
        cluster.start()
        (tmp_path / "late.jactl").write_text("'late'")
        (tmp_path / "wrong.jactl").write_text("1 +")
        wait_until(lambda: len(store.instances()) == 13)
        servers[0].send_signal(signal.SIGTERM)
        assert servers[0].wait(60) == 0
        wait_until(lambda: len(store.instances("finished")) == 13)
        servers[1].send_signal(signal.SIGTERM)
        assert servers[1].wait(60) == 0
    finally:
        for server in servers:
            server.kill()
    told = [server.communicate() for server in servers]
    lines = [line for output, _ in told for line in output.splitlines()]
    assert sum("finished" in line for line in lines) >= 13 and any("wrong.jactl: " in line for line in lines)
    assert "Traceback" not in told[0][1] + told[1][1]
    assert store.check() == [] and store.owners() == []
    store.close()
