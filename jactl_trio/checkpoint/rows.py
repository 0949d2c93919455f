"""The format of a checkpoint's body: what the rows are that stand for frames, values and their references.

The body is one CBOR array of scalars and three flat arrays: however deep the data is, CBOR nests twice. (Nested arrays
cost cbor2 0.33 us each to write, scalars 0.05.) A *row* is one object with an identity: a list, a map, a frame... Rows
have numbers, from 0, in the order in which `groups` gives them, and refer to each other by number. Frames come
first, the outermost as row 0.

    body   = [instance id: bytes 16 / null, checkpoint id, call ordinal, loop count, run seconds,
              frame count, globals: item, value: item, units, shapes, groups]
    units  = [unit...]             unit = identity: bytes, name, package, source: text / null
                                   the script itself first; a source is saved for what eval() compiled

A *shape* says what rows of a fixed number of fields have in common; it is written once. `codes` is a byte string with
one column code for each field; the names of the fields follow it where they have names.

    shapes = [shape...]
    shape  = MAP, codes, key...                              a Map whose keys are strings
           / NAMED, codes, name...                           named arguments
           / FRAME, codes, unit, function, site, variable... unit -1: a function of the runtime itself
           / INSTANCE, codes, unit, class, field...
           / DATA, codes, class, slot...                     an object of the runtime (values.plain_data)
           / HOST, codes, type                               one field: what the type's codec gave
           / METHOD, codes, where, function                  one field: what the function is bound to
           / TUPLE, codes / CELL, codes / KEY, codes / ITERATOR, codes

A *group* is one or more rows that follow one another. A row without fields has one field, null, here.

    groups = [group...]
    group  = shape number, count of rows, field...           row after row, each with its shape's fields
           / LIST, column
           / ARRAY, type, column
           / DICT, column of keys, column of values          any other Map
    column = code, length, field...

    PLAIN   null / bool / int / float / text                 as they are
    LONG    int      BYTE int      DECIMAL text      REF row number
    RUN     first row, count                                 rows that follow one another (length is 2)
    MIXED   item

An *item* is a plain value as it is, or a byte string: a letter that says what it is, and a text.

    r row number   l long   b byte   d Decimal   t text with lone surrogates (UTF-8)   x large integer, hexadecimal
    s singleton    c class   y type   f function   g key of a signature
    class    = unit ":" full name
    type     = array dimensions ":" unit, or nothing for a type of the language or the host ":" name
    function = where ":" key          where: a unit, -1 the runtime, -2 a built-in's signature (see catalogue.py)
"""

from __future__ import annotations

from typing import Final

# Codes of columns.
PLAIN: Final = 0
LONG: Final = 1
BYTE: Final = 2
DECIMAL: Final = 3
REF: Final = 4
MIXED: Final = 5
RUN: Final = 6

# Kinds of shapes.
MAP: Final = 0
NAMED: Final = 1
FRAME: Final = 2
INSTANCE: Final = 3
DATA: Final = 4
HOST: Final = 5
METHOD: Final = 6
TUPLE: Final = 7
CELL: Final = 8
KEY: Final = 9
ITERATOR: Final = 10

# Groups without a shape.
LIST: Final = -1
ARRAY: Final = -2
DICT: Final = -3

RUNTIME: Final = -1  # in place of a unit: a function of the runtime itself
BUILTIN: Final = -2  # the dynamic entry of a signature

PLAIN_TYPES: Final = frozenset((type(None), bool, int, float, str))
SHAPED_KEYS_MAX: Final = 32  # a Map with more keys is a table of its own, written as DICT
NESTING: Final = 4
INT_MIN: Final = -(2**63)
INT_MAX: Final = 2**63 - 1
