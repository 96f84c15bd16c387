"""`asylon stats dossier`: a country of asylum and people from some countries, as PDF or Markdown."""

from __future__ import annotations

from pathlib import Path

import click

from asylon.cli.stats import AS_OF, DATA, FROM, PATH, TO, country, store_at, today
from asylon.errors import StatisticsError

LANGUAGES = ("en", "ru", "uk", "he", "ar")
FORMS = (".pdf", ".md")


@click.command("dossier")
@click.option("--asylum", required=True, help="Where they ask for asylum, ISO alpha-3: ISR.")
@click.option("--origin", required=True, help="Where people come from, one or several: RUS,BLR,UKR.")
@FROM
@TO
@AS_OF
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="The paper's language.")
@click.option("--out", type=PATH, required=True, help="Where to write it: FILE.pdf or FILE.md.")
@DATA
def dossier(
    asylum: str,
    origin: str,
    first: int | None,
    last: int | None,
    as_of: str | None,
    language: str,
    out: Path,
    data: Path | None,
) -> None:
    """Write a dossier: finding, years, charts, waiting, every definition, doubts, sources and licence."""
    if out.suffix.lower() not in FORMS:
        raise StatisticsError.single(f"--out {out.name}", "is neither PDF nor Markdown", "end it in .pdf or .md")
    host = country(asylum, "--asylum") or ""
    origins = tuple(dict.fromkeys(country(part, "--origin") or "" for part in origin.split(",") if part.strip()))
    if not origins:
        raise StatisticsError.single("--origin", "names no country", "write one or several: RUS,BLR,UKR")
    _write(out, (host, origins), (first, last), as_of, language, data)
    click.echo(f"Written: {out}")


def _write(
    out: Path,
    places: tuple[str, tuple[str, ...]],
    years: tuple[int | None, int | None],
    as_of: str | None,
    language: str,
    data: Path | None,
) -> None:
    from asylon.observatory.wsgi import ready
    from asylon.statistics.store import write_atomically

    store = store_at(data)
    release = store.release("unhcr", as_of)
    ready()
    from asylon.observatory.dossier import Asked, dossier
    from asylon.observatory.figures import Figures

    paper = dossier(Figures(store, release), Asked(*places, *years), language=language, today=today())
    if out.suffix.lower() == ".pdf":
        from asylon.papers.typeset import pdf

        write_atomically(out, pdf(paper))
        return
    from asylon.papers.document import pictures
    from asylon.papers.markdown import markdown

    folder = f"{out.stem}-pictures"
    for name, svg in pictures(paper).items():
        write_atomically(out.parent / folder / name, svg)
    write_atomically(out, markdown(paper, folder=folder).encode())
