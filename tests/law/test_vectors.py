"""The dated examples of the law brief, through the public command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.shared import asylon, shared


def run(vector: dict[str, Any], folder: Path) -> dict[str, Any]:
    file = folder / "vector.json"
    parts = {key: vector[key] for key in ("jurisdiction", "attributes", "events")}
    file.write_text(json.dumps({"case": vector["id"], **parts}), encoding="utf-8")
    ran = asylon("duties", file, "--on", vector["on"], "--json")
    assert (ran.code, ran.err) == (0, ""), vector["id"]
    parsed: dict[str, Any] = json.loads(ran.out)
    return parsed


def differs(vector: dict[str, Any], outcome: dict[str, Any]) -> str | None:
    expect = dict(vector["expect"])
    rows = [row for row in outcome["duties"] if row["rule"] == expect["rule"]]
    if any(all(row.get(key) == value for key, value in expect.items()) for row in rows):
        return None
    shown = [{key: row.get(key) for key in expect} for row in rows]
    return f"{vector['id']}: expected {expect}, got {shown}"


def test_all_vectors(tmp_path: Path) -> None:
    vectors = json.loads((shared() / "law" / "vectors.json").read_text(encoding="utf-8"))
    assert len(vectors) >= 35
    wrong = [found for vector in vectors if (found := differs(vector, run(vector, tmp_path)))]
    assert wrong == []
