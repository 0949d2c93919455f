"""JSON text <-> values; both ways iterative and bounded."""

from __future__ import annotations

from .json_decoding import PendingInstance, Shape, decode, decode_instance
from .json_encoding import encode, json_text

from_json = decode

__all__ = ["PendingInstance", "Shape", "decode", "decode_instance", "encode", "from_json", "json_text"]
