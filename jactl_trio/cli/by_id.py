"""The commands of `instance`: one instance of a store, by its id, without running it."""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path
from typing import Any

import click

from .codes import OK
from .keys import context_with, keys_option

_id = click.argument("id", type=click.UUID)
_store = click.option("--store", metavar="URL", required=True, help="sqlite:FILE or postgresql://...")
_json = click.option("--json", "as_json", is_flag=True, help="print JSON")


@click.group()
def instance() -> None:
    """Look at one instance, send it a message, end it, or move it to another store."""


@instance.command()
@_id
@_store
@_json
def show(id: uuid.UUID, store: str, as_json: bool) -> int:
    """What is known of an instance: state, script, messages that wait."""
    from ..errors import UnknownInstanceError
    from .listing import row_of
    from .storing import opened

    with opened(store) as store_:
        record = store_.instance(id)
        if record is None:
            raise UnknownInstanceError(f"There is no instance {id}")
        script, checkpoint = store_.script(record.script), store_.checkpoint(id)
        messages = [message.name for message in store_.sent(id) if not message.is_taken]
    found = {
        **row_of(record),
        "script": record.script if script is None else script.name or record.script,
        "checkpoint bytes": None if checkpoint is None else len(checkpoint[1]),
        "messages": messages,
    }
    if as_json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            shown = ", ".join(value) if isinstance(value, list) else value
            print(f"{name:18}{'' if shown is None else shown}".rstrip())
    return OK


@instance.command()
@_id
@click.argument("name")
@click.argument("value", metavar="[JSON]", required=False)
@click.option("--key", metavar="TEXT", help="idempotency key: a second message with it changes nothing")
@keys_option
@_store
def send(id: uuid.UUID, name: str, value: str | None, key: str | None, keys: str | None, store: str) -> int:
    """Send a message: the script gets the value from receive(NAME), also if it hibernates, or runs on another host."""
    from ..runtime.letters import encoded_message
    from ..store.records import Send
    from ..values.json import decode

    try:
        decoded = None if value is None else decode(value)
    except Exception as error:
        raise click.BadParameter(str(error), param_hint="JSON") from None
    _change(store, Send(id, name, encoded_message(context_with(keys), id, name, decoded), key))
    return OK


@instance.command()
@_id
@_store
def cancel(id: uuid.UUID, store: str) -> int:
    """End an instance for good, wherever it is."""
    from ..store.records import Cancel

    _change(store, Cancel(id))
    return OK


@instance.command()
@_id
@_store
def retry(id: uuid.UUID, store: str) -> int:
    """Let a parked instance be recovered again."""
    from ..store.records import Retry

    _change(store, Retry(id))
    return OK


@instance.command()
@_id
@_store
def delete(id: uuid.UUID, store: str) -> int:
    """Forget an instance that does not run, with its checkpoint, its outcome and its messages."""
    from ..store.records import Delete

    _change(store, Delete(id))
    return OK


@instance.command()
@_id
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True),
    required=True,
    help="`-`: standard output",
)
@_store
def export(id: uuid.UUID, output: str, store: str) -> int:
    """Set an instance aside here and write it to a file, to go on in another store."""
    from ..store.transfer import export_instance
    from .storing import opened

    if output != "-" and not Path(output).absolute().parent.is_dir():
        raise click.BadParameter(f"{output!r}: there is no such folder", param_hint="-o")
    with opened(store) as store_:
        exported = export_instance(store_, id)
    with click.open_file(output, "wb") as file:  # opened last: what is there stays where there is nothing to write
        file.write(exported)
    print(f"{id} is set aside here: delete it once it is imported, or retry it if it is to stay", file=sys.stderr)
    return OK


@instance.command(name="import")
@click.argument("file", type=click.File("rb"))
@_store
@_json
def import_(file: Any, store: str, as_json: bool) -> int:
    """Take an exported instance in; `recover` or a host goes on with it."""
    from ..store.transfer import import_instance
    from .storing import opened

    with opened(store) as store_:
        id = import_instance(store_, file.read())
    print(json.dumps({"id": str(id)}) if as_json else id)
    return OK


def _change(url: str, operation: Any) -> None:
    """Do one operation that anybody may do."""
    from .storing import opened

    with opened(url) as store:
        store.bury()  # what a process of this host had that is gone does not run
        answer = store.write(uuid.uuid4(), [operation])[0]
    if isinstance(answer, Exception):
        raise answer
