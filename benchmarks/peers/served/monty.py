"""pydantic-monty: runs code in its worker, and dumps and loads a session that waits. Runs under the peers' Python."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from pydantic_monty import FunctionSnapshot, Monty, MontyComplete, MontySession
from serving import serve

pool = Monty()
pool.__enter__()
_sessions: dict[str, Any] = {}
_dumps: dict[str, bytes] = {}


def _new_session() -> MontySession:
    return pool.checkout(limits={"max_suspensions": 1_000_000}).__enter__()


def run(setup: str, call: str) -> dict[str, Any]:
    """One call of what `setup` defines, without the parsing of that."""
    session = _sessions.get(setup)
    if session is None:
        session = _sessions[setup] = _new_session()
        session.feed_run(setup)
    started = perf_counter()
    answer = session.feed_run(call)
    return {"seconds": perf_counter() - started, "answer": answer}


def _waiting(code: str) -> FunctionSnapshot:
    snapshot = _sessions.get(code)
    if snapshot is None:
        session = _sessions[code, "session"] = _new_session()  # type: ignore[index] # it lives as long as this process
        snapshot = _sessions[code] = session.feed_start(code)
        assert isinstance(snapshot, FunctionSnapshot), snapshot
    return snapshot


def dump(code: str, times: int) -> dict[str, Any]:
    """Of code that waits for a function of the host."""
    snapshot = _waiting(code)
    started = perf_counter()
    for _ in range(times):
        dumped = snapshot.dump()
    seconds = perf_counter() - started
    _dumps[code] = dumped
    return {"seconds": seconds, "bytes": len(dumped)}


def load(code: str, times: int) -> dict[str, Any]:
    """In sessions that are ready; the last one goes on, and gives its value."""
    seconds, answer = 0.0, None
    for number in range(times):
        with pool.checkout() as session:
            started = perf_counter()
            snapshot = session.load_snapshot(_dumps[code])
            seconds += perf_counter() - started
            if number == times - 1:
                done = snapshot.resume({"return_value": None})
                assert isinstance(done, MontyComplete), done
                answer = done.output
    return {"seconds": seconds, "answer": answer}


serve(run=run, dump=dump, load=load)
