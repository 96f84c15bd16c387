"""The cells of a table with totals as flows, and how far a withheld one could be other than it is."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

Node = tuple[str, ...]
_ENDLESS = 1 << 60  # more than any table counts


@dataclass(frozen=True, slots=True)
class Arc:
    """One cell: persons flow from `start` to `end`; `name` are its dimensions, `value` the true count."""

    start: Node
    end: Node
    name: tuple[str, ...]
    value: int


@dataclass(frozen=True, slots=True)
class _Step:
    """One cell passed in one direction: onwards it grows, back it shrinks, at most by `room`."""

    arc: int
    to: Node
    sign: int
    room: int


class Network:
    """A table whose flows add up at every node. What is withheld may vary from 1 on, zeros and the rest stay."""

    def __init__(self, arcs: Sequence[Arc]) -> None:
        self._arcs = arcs
        self._out: dict[Node, list[int]] = {}
        for number, arc in enumerate(arcs):
            for node in (arc.start, arc.end):
                self._out.setdefault(node, []).append(number)

    def protected(self, small: frozenset[int], width: int) -> frozenset[int]:
        """Return `small` and the cells to withhold with them, so that each can be one of `width` numbers or more.

        Always possible: a cell, the totals of its row and of its column and the grand total can grow together.
        """
        hidden, waiting = set(small), deque(sorted(small))
        while waiting:
            number = waiting.popleft()
            if _width(self.bounds(number, frozenset(hidden))) >= width:
                continue
            added = [at for at in self._cheapest(number, hidden, width - 1) if at not in hidden]
            hidden.update(added)
            waiting.extend(added)
        return frozenset(hidden)

    def bounds(self, number: int, hidden: frozenset[int]) -> tuple[int, int | None]:
        """Return the lowest and highest number that a withheld cell can be, given all that is shown; None: no end."""
        arc = self._arcs[number]
        more = self._room(arc.end, arc.start, number, hidden, _ENDLESS)
        less = self._room(arc.start, arc.end, number, hidden, arc.value - 1)
        return arc.value - less, None if more >= _ENDLESS else arc.value + more

    def _room(self, source: Node, sink: Node, without: int, hidden: frozenset[int], most: int) -> int:
        """Return how much can flow from `source` to `sink` beside the cell `without`, at most `most`."""
        moved: dict[int, int] = {}
        total = 0
        while total < most and (path := self._shortest(source, sink, without, hidden, moved)):
            room = min(most - total, *(step.room for step in path))
            for step in path:
                moved[step.arc] = moved.get(step.arc, 0) + step.sign * room
            total += room
        return total

    def _shortest(
        self, source: Node, sink: Node, without: int, hidden: frozenset[int], moved: dict[int, int]
    ) -> list[_Step]:
        """Return the way with the fewest cells that still has room, empty when there is none."""
        came: dict[Node, tuple[Node, _Step]] = {}
        waiting = deque([source])
        while waiting and sink not in came:
            node = waiting.popleft()
            for step in self._steps(node, moved):
                if step.arc in hidden and step.arc != without and step.to not in came and step.to != source:
                    came[step.to] = node, step
                    waiting.append(step.to)
        return _way(came, source, sink)

    def _cheapest(self, number: int, hidden: set[int], room: int) -> list[int]:
        """Return the cells of the cycle on which a cell can grow by `room` and the least is withheld anew."""
        goal, source = self._arcs[number].start, self._arcs[number].end
        came: dict[Node, tuple[Node, _Step]] = {}
        least = {source: 0}
        waiting: list[tuple[int, Node]] = [(0, source)]
        while waiting:
            cost, node = heappop(waiting)
            if cost > least[node]:
                continue
            for step in self._steps(node, {}):
                arc = self._arcs[step.arc]
                if step.arc == number or arc.value == 0 or step.room < room:
                    continue
                dearer = cost + (0 if step.arc in hidden else arc.value)
                if dearer < least.get(step.to, _ENDLESS):
                    least[step.to], came[step.to] = dearer, (node, step)
                    heappush(waiting, (dearer, step.to))
        return [step.arc for step in _way(came, source, goal)]

    def _steps(self, node: Node, moved: dict[int, int]) -> Iterator[_Step]:
        for number in self._out[node]:
            arc = self._arcs[number]
            if arc.start == node:
                yield _Step(number, arc.end, 1, _ENDLESS)
            left = arc.value - 1 + moved.get(number, 0)
            if arc.end == node and left > 0:
                yield _Step(number, arc.start, -1, left)


def _way(came: dict[Node, tuple[Node, _Step]], source: Node, sink: Node) -> list[_Step]:
    """Return the steps from `source` to `sink`, empty when it was not reached."""
    steps: list[_Step] = []
    node = sink
    while node != source or not steps:
        if node not in came:
            return []
        node, step = came[node]
        steps.append(step)
    return steps[::-1]


def _width(bounds: tuple[int, int | None]) -> int:
    low, high = bounds
    return _ENDLESS if high is None else high - low + 1
