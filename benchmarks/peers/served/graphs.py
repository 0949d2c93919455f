"""LangGraph: a graph whose node runs again and again, with a checkpoint after each. Runs under the peers' Python."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any, TypedDict

from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from serving import serve


class State(TypedDict):
    n: int
    until: int
    c: str
    d: float
    e: bool


def _node(state: State) -> dict[str, int]:
    return {"n": state["n"] + 1}


def _next(state: State) -> str:
    return END if state["n"] == state["until"] else "node"


@asynccontextmanager
async def _saver(url: str) -> AsyncIterator[Any]:
    if url.startswith("sqlite:"):
        async with AsyncSqliteSaver.from_conn_string(url.partition(":")[2]) as saver:
            yield saver
    else:
        options = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
        async with AsyncConnectionPool(url, max_size=10, kwargs=options) as pool:
            yield AsyncPostgresSaver(pool)  # type: ignore[arg-type] # the rows are dicts


async def _steps(url: str, threads: int, each: int) -> dict[str, Any]:
    builder = StateGraph(State)
    builder.add_node("node", _node)
    builder.add_edge(START, "node")
    builder.add_conditional_edges("node", _next)
    async with _saver(url) as saver:
        await saver.setup()
        graph = builder.compile(checkpointer=saver)

        async def one() -> Any:
            config: Any = {"configurable": {"thread_id": uuid.uuid4().hex}, "recursion_limit": each + 10}
            state: Any = {"n": 0, "until": each, "c": "three", "d": 4.0, "e": True}
            return config, await graph.ainvoke(state, config, durability="sync")

        await one()  # what is set up once
        started = perf_counter()
        ended = await asyncio.gather(*(one() for _ in range(threads)))
        seconds = perf_counter() - started
        kept = [checkpoint async for checkpoint in saver.alist(ended[0][0])]
    results = sorted({state["n"] for _, state in ended})
    return {"seconds": seconds, "results": results, "checkpoints": len(kept)}


def steps(url: str, threads: int, each: int) -> dict[str, Any]:
    """Seconds from the start of the first thread to the end of the last; checkpoints that one of them has."""
    return asyncio.run(_steps(url, threads, each))


serve(steps=steps)
