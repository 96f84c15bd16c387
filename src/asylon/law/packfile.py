"""YAML as packs are written in it: plain values only, no surprises.

Anchors and aliases are refused (a few lines of them can fill a memory), duplicate keys are
refused (the second would win in silence), and so is any encoding but UTF-8.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from asylon.errors import PackError

try:  # the C reader is ten times faster and ships in the wheels
    from yaml import CSafeLoader as _Loader
except ImportError:  # pragma: no cover
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

MAX_BYTES = 2_000_000
DEEPEST = 100
_BRACKET = re.compile(r"[\[\]{}]")
_LADDER = re.compile(r"(?:[-?:] ){40}| {400}\S")


def read_yaml(path: Path) -> Any:
    """Return the plain values of the YAML file at `path`.

    Raises PackError naming file and line when it is not UTF-8, not YAML, too large, or uses
    anchors, aliases, tags or duplicate keys.
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise PackError.single(name, f"cannot be read ({error.strerror})", "check the path") from None
    if len(raw) > MAX_BYTES:
        raise PackError.single(name, "is larger than 2 MB", "split it by instrument")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        place = f"{name}, byte {error.start}"
        raise PackError.single(place, "is not UTF-8", "save the file as UTF-8") from None
    return parse_yaml(text, name)


def parse_yaml(text: str, name: str) -> Any:
    """Return the plain values of YAML `text`; `name` is used in messages."""
    try:
        _refuse_depth(text, name)
        _refuse_aliases(text, name)
        node = yaml.compose(text, Loader=_Loader)
        return None if node is None else _Plain(name).construct(node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{name}, line {mark.line + 1}" if mark else name
        problem = str(getattr(error, "problem", None) or "is not YAML")
        raise PackError.single(place, problem, "mend the YAML there") from None
    except RecursionError:
        raise PackError.single(name, "is nested too deeply", "flatten it") from None


def _refuse_depth(text: str, name: str) -> None:
    """Refuse nesting on which the C reader would end the process instead of raising."""
    depth = deepest = 0
    for mark in _BRACKET.findall(text):
        depth += 1 if mark in "[{" else -1
        deepest = max(deepest, depth)
    if deepest > DEEPEST or _LADDER.search(text):
        raise PackError.single(name, "is nested too deeply", "flatten it")


def _refuse_aliases(text: str, name: str) -> None:
    if "&" not in text and "*" not in text:
        return
    for event in yaml.parse(text, Loader=_Loader):
        if getattr(event, "anchor", None) is not None:
            line = event.start_mark.line + 1 if event.start_mark else 1
            place = f"{name}, line {line}"
            raise PackError.single(place, "uses an anchor or alias", "write the value out")


class _Plain:
    """Builds plain values from YAML nodes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.scalars = yaml.SafeLoader("")

    def construct(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.construct(item) for item in node.value]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in values:
                place = f"{self.name}, line {key_node.start_mark.line + 1}"
                raise PackError.single(place, f"key {key!r} stands twice", "keep one of the two")
            values[key] = self.construct(value_node)
        return values

    def _scalar(self, node: yaml.Node) -> Any:
        tag = node.tag.rsplit(":", 1)[-1]
        if tag in ("str", "timestamp"):  # dates stay text: partial dates are read by our own rules
            return str(node.value)
        if tag in ("null", "bool", "int", "float"):
            try:
                return self.scalars.construct_object(node)
            except ValueError:
                pass
        place = f"{self.name}, line {node.start_mark.line + 1}"
        raise PackError.single(place, f"a value of type {tag!r} is not allowed", "write it as plain text")
