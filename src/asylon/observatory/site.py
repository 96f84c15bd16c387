"""The site: `Site.page` turns a path into a page or file, for the server and for the static build alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.template.loader import get_template
from django.utils import translation

from asylon.errors import StatisticsError
from asylon.observatory.figures import Figures, Shelf
from asylon.observatory.here import Here, Sheet
from asylon.observatory.pages import asked, checking, many, overview, releases
from asylon.observatory.routes import DATA, LANGUAGES, RIGHT_TO_LEFT, STATIC, Address, find_address, relative
from asylon.statistics.countries import find_country
from asylon.statistics.store import Release

HTML, CSV = "text/html; charset=utf-8", "text/csv; charset=utf-8"
KEPT = 64  # facts of pages that are kept in a process: the languages of a page share them
FILES = {"observatory.css": "text/css; charset=utf-8", "favicon.svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered: a page or file, or where to go instead (`moved`)."""

    status: int
    body: bytes = b""
    content_type: str = HTML
    language: str = ""
    moved: str = ""


class Site:
    """The pages of a store. `as_files` for a site that is read from a disk.

    `served` are the older releases it has pages of, None for all; `languages` those it is written in.
    """

    def __init__(
        self,
        root: Path,
        *,
        as_files: bool = False,
        served: tuple[str, ...] | None = None,
        languages: tuple[str, ...] = tuple(LANGUAGES),
    ) -> None:
        self.shelf = Shelf(root)
        self.languages = {code: LANGUAGES[code] for code in languages}
        self.as_files = as_files
        self._served = served
        self._facts: dict[tuple[Any, ...], Any] = {}

    @property
    def served(self) -> tuple[Release, ...]:
        """The releases that have pages: all, or those that were named and the newest."""
        held = self.shelf.releases
        if self._served is None:
            return held
        return tuple(release for release in held if release.edition.version in self._served or release is held[-1])

    def page(self, path: str, pasted: str = "") -> Response:
        """Return the page or file at a path below the root; an unknown one says what may have been meant.

        `pasted` is the text for the page that checks one.
        """
        if not path:
            return self._front()
        if path.startswith(f"{STATIC}/"):
            return _static(path.removeprefix(f"{STATIC}/"))
        address = find_address(path if path.endswith((".csv", "/")) else f"{path}/")
        if address is None:
            return self._lost(path, "")
        language = address.language if address.language in LANGUAGES else "en"
        with translation.override(language):
            return self._found(address, path, pasted)

    def files_of(self, address: Address) -> Iterator[tuple[str, bytes]]:
        """Yield the files of a page in every language, and of its tables: path below the root, bytes.

        Raises `StatisticsError` where there is no such page.
        """
        sheet: Sheet | None = None
        for language in self.languages:
            with translation.override(language):
                here = Here(address.in_language(language), self.shelf.figures(address.as_of), self.as_files)
                sheet = self._sheet(here)
                yield f"{here.address.path}index.html", self._render(sheet, here)
        for name, table in (sheet.tables if sheet else {}).items():
            yield address.data(name).path, table.csv

    def newest(self, here: Here) -> Address:
        """Return the same page in the newest release, the first page where that one has none."""
        address = Address(here.language, here.address.kind, here.address.args)
        try:
            _check(address.kind, address.args, self.shelf.figures())
        except StatisticsError:
            return Address(here.language, "home")
        return address

    def _found(self, address: Address, path: str, pasted: str) -> Response:
        if not self.shelf.releases:
            return self._empty(address)
        try:
            address = _spelt(address)
            here = Here(address, self.shelf.figures(address.as_of), self.as_files)
            if address.path != path:
                return Response(301, moved=relative(path, address.path))
            sheet = checking.check(here, pasted) if address.kind == "check" else self._sheet(here)
        except StatisticsError as error:
            return self._lost(path, str(error), address)
        if address.language != DATA:
            return Response(200, self._render(sheet, here), language=address.language)
        if address.table not in sheet.tables:
            return self._lost(path, "", address)
        return Response(200, sheet.tables[address.table].csv, CSV)

    def _sheet(self, here: Here) -> Sheet:
        kind, args, figures = here.address.kind, here.address.args, here.figures
        if kind in ("home", "doubts", "method"):
            simple: Callable[[Here], Sheet] = getattr(overview, kind)
            return simple(here)
        if kind == "releases":
            return releases.releases(here, self.shelf.releases, self.served)
        _check(kind, args, figures)
        if kind in ("asylum", "origin", "pair"):
            asylum = args[0] if kind != "origin" else None
            origin = args[-1] if kind != "asylum" else None
            return asked.show(self._kept(here, lambda: asked.gather(figures, origin, asylum)), here)
        if kind == "compare":
            return many.compared(self._kept(here, lambda: many.gather_compared(figures, args[0])), here)
        if kind == "world":
            return many.world(self._kept(here, lambda: many.gather_world(figures, int(args[0]))), here)
        before, after = (self.shelf.figures(version) for version in args)
        return releases.changed(self._kept(here, lambda: releases.gather_changes(before, after)), here)

    def _kept(self, here: Here, gather: Callable[[], Any]) -> Any:
        key = (here.figures, here.address.kind, here.address.args)
        facts = self._facts.get(key)
        if facts is None:
            facts = self._facts[key] = gather()
            for oldest in list(self._facts)[:-KEPT]:  # other threads may be removing them too
                self._facts.pop(oldest, None)
        return facts

    def _render(self, sheet: Sheet, here: Here) -> bytes:
        return _rendered(
            sheet.template,
            {**_frame(here, self), **sheet.context, "title": sheet.title, "tables": _tables(sheet, here)},
        )

    def _front(self) -> Response:
        links = [
            {"code": code, "name": name, "url": relative("", f"{code}/", as_files=self.as_files)}
            for code, name in self.languages.items()
        ]
        with translation.override("en"):
            return Response(200, _rendered("front.html", {"languages": links, "static": relative("", f"{STATIC}/")}))

    def _empty(self, address: Address) -> Response:
        context = {**_bare(address.path, address.language), "root": str(self.shelf.store.root)}
        return Response(200, _rendered("empty.html", context), language=address.language)

    def _lost(self, path: str, hint: str, address: Address | None = None) -> Response:
        language = address.language if address and address.language in LANGUAGES else path.partition("/")[0]
        language = language if language in LANGUAGES else "en"
        with translation.override(language):
            home = relative(path, f"{language}/", as_files=self.as_files)
            context = {**_bare(path, language), "hint": hint, "home": home}
            return Response(404, _rendered("lost.html", context), language=language)


def _rendered(template: str, context: dict[str, Any]) -> bytes:
    return get_template(f"observatory/{template}").render(context).encode()


def _bare(path: str, language: str) -> dict[str, Any]:
    return {
        "language": language if language in LANGUAGES else "en",
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "static": relative(path, f"{STATIC}/"),
    }


def _frame(here: Here, site: Site) -> dict[str, Any]:
    """Return what stands on every page: ways about, languages, release and licence."""
    release = here.figures.release
    address = here.address
    year = str(here.figures.years[1])
    ways: list[tuple[str, tuple[str, ...]]] = [("home", ()), ("doubts", ()), ("releases", ()), ("method", ())]
    if not here.figures.is_excerpt:
        ways.insert(1, ("world", (year,)))
    if not here.as_files:  # a text can only be checked where a program answers
        ways.append(("check", ()))
    return {
        **_bare(address.path, here.language),
        "nav": [{"kind": kind, "url": here.page(kind, *args), "is_here": address.kind == kind} for kind, args in ways],
        "languages": [
            {"code": code, "name": name, "url": here.to(address.in_language(code)), "is_here": code == here.language}
            for code, name in site.languages.items()
        ],
        "release": release.edition.version,
        "dated": release.edition.dated,
        "licence": release.licence,
        "is_old": release.id != site.shelf.releases[-1].id,
        "newest_url": here.to(site.newest(here)),
        "home": here.page("home"),
    }


def _tables(sheet: Sheet, here: Here) -> dict[str, dict[str, str]]:
    return {
        name: {"html": table.html, "csv": here.to(here.address.data(name)), "id": f"table-{name}"}
        for name, table in sheet.tables.items()
    }


def _spelt(address: Address) -> Address:
    """Return the address with its country codes as ISO writes them; raises `StatisticsError` with a hint for none."""
    if address.kind not in ("asylum", "origin", "pair", "compare"):
        return address
    return replace(address, args=tuple(find_country(code, place="address").iso3 for code in address.args))


def _check(kind: str, args: tuple[str, ...], figures: Figures) -> None:
    """Raise `StatisticsError` for a country, pair or year that this release has no page for."""
    if figures.is_excerpt and kind in ("world", "asylum", "origin", "compare"):
        remedy = "import the whole release with 'asylon stats import unhcr PATH'"
        raise StatisticsError.single(
            figures.release.id, "is an excerpt of some pairs and holds no country whole", remedy
        )
    if kind == "world":
        first, last = figures.years
        if not args[0].isdigit() or not first <= int(args[0]) <= last:
            raise StatisticsError.single(args[0], "is no year of this release", f"it holds {first}-{last}")
    elif kind == "pair" and (args[1], args[0]) not in figures.known_pairs:
        remedy = (
            "fewer than ten people in all years stand in this release; the pages of each country show what there is"
        )
        raise StatisticsError.single(f"{args[1]} -> {args[0]}", "has no page", remedy)
    elif kind in ("asylum", "origin", "compare"):
        side = "asylum" if kind == "asylum" else "origin"
        if args[0] not in figures.sides[side]:
            remedy = "nobody above the threshold of ten people stands in this release"
            raise StatisticsError.single(args[0], f"has no page as country of {side}", remedy)


def _static(name: str) -> Response:
    if name not in FILES:
        return Response(404, b"", "text/plain")
    if name == "observatory.css":
        tokens = (files("asylon") / "look/static/look/tokens.css").read_bytes()
        return Response(200, tokens + (files("asylon.observatory") / "static" / name).read_bytes(), FILES[name])
    return Response(200, (files("asylon.observatory") / "static" / name).read_bytes(), FILES[name])
