"""A national caseload that never was: cases with 8 to 15 events each, shaped like real procedures.

Waits, outcomes and gaps are drawn at random from a seed; nothing is taken from real persons. One
case in two hundred has a date known only by its month, as real files do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
UNIX = date(1970, 1, 1)
PARTIAL = 0.005


class Caseload:
    """Grows columns of events for `cases` cases from one seed."""

    def __init__(self, cases: int, seed: int) -> None:
        self.cases = cases
        self.random = np.random.default_rng(seed)
        self.parts: list[pl.DataFrame] = []
        self.step = 0

    def days_after(self, base: Ints, mean: float, least: int = 0) -> Ints:
        return base + least + self.random.exponential(mean, len(base)).astype(np.int64)

    def chance(self, share: float, among: npt.NDArray[np.bool_] | None = None) -> npt.NDArray[np.bool_]:
        drawn = self.random.random(self.cases) < share
        return drawn if among is None else drawn & among

    def add(
        self,
        event: str,
        day: Ints,
        who: npt.NDArray[np.bool_],
        details: Mapping[str, Any] | Sequence[Mapping[str, Any]] = {},
        pick: Ints | None = None,
        until: Ints | None = None,
    ) -> None:
        """Add one event to the cases in `who`; `pick` chooses among several details."""
        rows = np.flatnonzero(who)
        kinds = [details] if isinstance(details, Mapping) else list(details)
        texts = pl.Series([json.dumps(dict(kind)) for kind in kinds])
        chosen = texts.gather(pick[rows] if pick is not None else np.zeros(len(rows), np.int64))
        if until is not None:
            ends = pl.Series(until[rows]).cast(pl.Int32).cast(pl.Date).dt.to_string("%Y-%m-%d")
            chosen = pl.repeat('{"until": "', len(rows), eager=True) + ends + pl.repeat('"}', len(rows), eager=True)
        self.parts.append(
            pl.DataFrame(
                {
                    "who": rows,
                    "day": day[rows],
                    "place": np.full(len(rows), self.step),
                    "event": pl.repeat(event, len(rows), eager=True),
                    "details": chosen,
                }
            )
        )
        self.step += 1

    def table(self, jurisdiction: str) -> pl.DataFrame:
        """Return the events table, sorted by case and day."""
        joined = pl.concat(self.parts).sort("who", "day", "place")
        day = pl.col("day").cast(pl.Int32).cast(pl.Date)
        vague = pl.col("who").is_in(np.flatnonzero(self.random.random(self.cases) < PARTIAL)) & (pl.col("place") == 0)
        return joined.select(
            pl.format("{}-{}", pl.lit(jurisdiction), pl.col("who").cast(pl.String).str.zfill(7)).alias("case"),
            pl.lit(jurisdiction).alias("jurisdiction"),
            pl.when(vague).then(day.dt.to_string("%Y-%m")).otherwise(day.dt.to_string("%Y-%m-%d")).alias("on"),
            "event",
            "details",
        )

    def people(self, jurisdiction: str, nationalities: Sequence[str]) -> pl.DataFrame:
        """Return the cases table with the attributes of each person."""
        born = self.random.integers(1950, 2012, self.cases)
        nation = self.random.integers(0, len(nationalities), self.cases)
        texts = {
            (int(b), int(n)): json.dumps(
                {"nationality": nationalities[n], "born": str(b), "unaccompanied_minor": b > 2008}
            )
            for b in range(1950, 2012)
            for n in range(len(nationalities))
        }
        return pl.DataFrame(
            {
                "case": [f"{jurisdiction}-{number:07}" for number in range(self.cases)],
                "attributes": [texts[int(b), int(n)] for b, n in zip(born, nation, strict=True)],
            }
        )


def _day(text: str) -> int:
    return (date.fromisoformat(text) - UNIX).days


def russia(cases: int, seed: int = 1) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return events and cases under Russian law: temporary asylum year by year, refusals, courts."""
    load = Caseload(cases, seed)
    everyone = np.ones(cases, bool)
    arrived = load.random.integers(_day("2014-01-01"), _day("2026-03-01"), cases)
    load.add("arrival", arrived, everyone)
    refugee = load.chance(0.35)
    lodged = load.days_after(arrived, 120, 1)
    load.add("lodged", lodged, refugee, {"procedure": "refugee_status"})
    load.add("lodged", lodged, ~refugee, {"procedure": "temporary_asylum"})
    load.add("document_issued", lodged + 2, everyone, {"document": "certificate"})
    preliminary = load.days_after(lodged, 7, 2)
    load.add("decision_preliminary", preliminary, refugee, {"procedure": "refugee_status", "outcome": "admitted"})
    interview = load.days_after(lodged, 30, 7)
    load.add("interview", interview, everyone, {"kind": "merits"})
    extended = load.chance(0.15, refugee)
    load.add("term_extended", preliminary + 80, extended, {"of": "RU-05", "months": 3})
    decided = load.days_after(interview, 70, 10)
    granted = load.chance(0.3, ~refugee)
    load.add("decision_first_instance", decided, refugee, {"procedure": "refugee_status", "outcome": "rejected"})
    refused = ~refugee & ~granted
    load.add("decision_first_instance", decided, refused, {"procedure": "temporary_asylum", "outcome": "rejected"})
    load.add("temporary_asylum_granted", decided, granted, until=decided + 365)
    load.add("renewal_lodged", load.days_after(decided, 40, 290), granted)
    load.add("temporary_asylum_granted", decided + 364, granted, until=decided + 729)
    load.add("renewal_lodged", load.days_after(decided, 40, 650), granted)
    load.add("permit_expiry", decided + 729, granted, {"document": "certificate"})
    negative = refugee | refused
    told = load.days_after(decided, 6, 1)
    load.add("notification", told, negative, {"of": "decision_first_instance", "mode": "received"})
    complains = load.chance(0.4, negative)
    complaint = load.days_after(told, 15, 1)
    load.add("complaint_lodged", complaint, complains, {"to": "GUVM", "against": "decision_first_instance"})
    answer = load.days_after(complaint, 35, 5)
    answered = load.chance(0.8, complains)
    load.add("complaint_decided", answer, answered, {"against": "decision_first_instance", "outcome": "dismissed"})
    sues = load.chance(0.7, negative)
    suit = load.days_after(np.where(answered, answer, told), 20, 1)
    load.add("appeal_lodged", suit, sues, {"to": "district court", "against": "decision_first_instance"})
    load.add("stay_requested", suit, load.chance(0.3, sues))
    ruled = load.days_after(suit, 60, 10)
    load.add("appeal_decided", ruled, sues, {"against": "decision_first_instance", "outcome": "dismissed"})
    further = load.chance(0.5, sues)
    load.add("further_appeal_lodged", load.days_after(ruled, 20, 1), further)
    fined = load.chance(0.2, negative)
    fine = load.days_after(told, 90, 30)
    load.add("fine_imposed", fine, fined, {"act": "KoAP 18.8"})
    load.add("notification", fine + 1, fined, {"of": "fine_imposed"})
    held = load.chance(0.3, fined)
    load.add("expulsion_order", fine + 1, held, {"kind": "administrative_removal"})
    load.add("detention_started", fine + 1, held, {"time": "10:00", "ordered_by": "court"})
    load.add("detention_ended", load.days_after(fine, 50, 2), held)
    return load.table("ru"), load.people("ru", ["SYR", "UKR", "AFG", "UZB", "TJK"])


def italy(cases: int, seed: int = 2) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return events and cases under Italian and Union law, before and after 12 June 2026."""
    load = Caseload(cases, seed)
    everyone = np.ones(cases, bool)
    arrived = load.random.integers(_day("2024-01-01"), _day("2026-10-01"), cases)
    load.add("arrival", arrived, everyone)
    load.add("screening_completed", arrived + 5, load.chance(0.5))
    made = load.days_after(arrived, 3, 0)
    load.add("intent_expressed", made, everyone, {"to": "registering"})
    registered = load.days_after(made, 5, 1)
    load.add("registration", registered, everyone)
    load.add("document_issued", registered, load.chance(0.9), {"document": "proof of application"})
    lodged = load.days_after(registered, 12, 2)
    load.add("lodged", lodged, everyone, {"procedure": "asylum"})
    track = load.random.integers(0, 3, cases)
    tracks = [{"track": "regular"}, {"track": "accelerated"}, {"track": "border"}]
    load.add("procedure_assigned", lodged, load.chance(0.8), tracks, track)
    hit = load.chance(0.1)
    load.add("eurodac_hit", registered + 1, hit, {"category": "take_back"})
    load.add("transfer_request_sent", load.days_after(registered, 20, 3), hit, {"kind": "take_back"})
    load.add("transfer_request_answered", registered + 60, load.chance(0.7, hit), {"outcome": "accepted"})
    interview = load.days_after(lodged, 60, 10)
    load.add("interview", interview, everyone, {"kind": "merits"})
    decided = load.days_after(interview, 60, 5)
    outcome = load.random.integers(0, 4, cases)
    outcomes = ["rejected", "subsidiary", "manifestly_unfounded", "refugee"]
    details = [{"procedure": "asylum", "outcome": name} for name in outcomes]
    load.add("decision_first_instance", decided, everyone, details, outcome)
    told = load.days_after(decided, 8, 1)
    load.add("notification", told, everyone, {"of": "decision_first_instance"})
    negative = (outcome == 0) | (outcome == 2)
    load.add("refugee_status_granted", decided, outcome == 3)
    load.add("subsidiary_protection_granted", decided, outcome == 1)
    load.add("permit_issued", load.days_after(told, 60, 5), ~negative, {"document": "permit"})
    appeals = load.chance(0.7, negative)
    appealed = load.days_after(told, 12, 1)
    load.add("appeal_lodged", appealed, appeals, {"against": "decision_first_instance"})
    load.add("stay_requested", appealed, load.chance(0.5, appeals))
    load.add(
        "appeal_decided",
        load.days_after(appealed, 150, 20),
        appeals,
        {"against": "decision_first_instance", "outcome": "dismissed"},
    )
    load.add("return_decision", decided, load.chance(0.5, negative))
    held = load.chance(0.05)
    load.add("detention_started", made, held, {"time": "09:15", "ordered_by": "authority"})
    load.add("detention_reviewed", made + 2, held, {"outcome": "upheld"})
    load.add("detention_ended", load.days_after(made, 30, 3), held)
    return load.table("it"), load.people("it", ["UKR", "SYR", "TUN", "BGD"])


def write(kind: str, cases: int, folder: Path) -> tuple[Path, Path]:
    """Write a caseload as two Parquet files and return their paths."""
    events, people = {"ru": russia, "it": italy}[kind](cases)
    paths = folder / f"{kind}-{cases}-events.parquet", folder / f"{kind}-{cases}-cases.parquet"
    events.write_parquet(paths[0])
    people.write_parquet(paths[1])
    return paths
