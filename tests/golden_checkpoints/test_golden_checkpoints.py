"""Checkpoints that were written by earlier releases restore to the right value, or are refused with a clear message."""

from __future__ import annotations

import pytest

import jactl_trio as jactl
from jactl_trio.checkpoint import identity_of
from jactl_trio.checkpoint.envelope import FORMAT_VERSION
from jactl_trio.store.memory import MemoryStore

from ..encryption import needs_cryptography
from .cases import GOLDENS, REFUSALS, Golden, Refusal

VERSIONS = range(1, FORMAT_VERSION + 1)
BY_NAME = {golden.name: golden for golden in GOLDENS}


async def recovered(golden: Golden, checkpoint: bytes, key: bytes | jactl.KeyRing | None, knows: str | None) -> object:
    """On a host that has compiled `knows`."""
    context = jactl.Context(checkpoint_key=key)
    script = None if knows is None else context.compile(knows)
    async with jactl.open_runtime(context) as runtime:
        instance = await runtime.recover_checkpoint(checkpoint)
        assert script is None or instance.script is not None
        return await instance.result()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "golden",
    [
        pytest.param(golden, id=golden.name, marks=[needs_cryptography] if golden.encrypted_by else [])
        for golden in GOLDENS
    ],
)
async def test_restores(golden: Golden, version: int) -> None:
    checkpoint = golden.path(version).read_bytes()
    assert await recovered(golden, checkpoint, golden.keys(), golden.source) == golden.value


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.name)
async def test_refused(refusal: Refusal, version: int) -> None:
    golden = BY_NAME[refusal.golden]
    checkpoint = refusal.change(golden.path(version).read_bytes())
    with pytest.raises(jactl.CheckpointDecodeError) as refused:
        await recovered(golden, checkpoint, refusal.key, golden.source)
    assert refused.value.message.startswith(refusal.message)


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_changed_script_is_never_gone_on_with(version: int) -> None:
    golden = BY_NAME["loop"]
    with pytest.raises(jactl.UnknownScriptError):
        await recovered(golden, golden.path(version).read_bytes(), None, golden.source + " + 1")


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_changed_script_goes_on_as_it_was_where_the_store_has_its_source(version: int) -> None:
    golden = BY_NAME["loop"]
    checkpoint = golden.path(version).read_bytes()
    store = MemoryStore()
    old = jactl.Context()
    async with jactl.open_runtime(old, store) as runtime:  # the store keeps the source for another instance's sake
        started = await runtime.start(old.compile(golden.source), durable=True)
        await started.release()
    new = jactl.Context()
    new.compile(golden.source + " + 1")
    async with jactl.open_runtime(new, store) as runtime:
        instance = await runtime.recover_checkpoint(checkpoint)
        assert await instance.result() == golden.value
    assert identity_of(checkpoint) == old.compile(golden.source).identity
