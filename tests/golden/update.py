"""Write the golden files anew: `make golden`. Read the difference before you commit it."""

from __future__ import annotations

from .stages import STAGES, scripts


def main() -> None:
    for path in scripts():
        source = path.read_text(encoding="utf-8")
        for stage, dump in STAGES.items():
            path.with_suffix(f".{stage}").write_text(dump(source), encoding="utf-8")


if __name__ == "__main__":
    main()
