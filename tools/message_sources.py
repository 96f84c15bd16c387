"""Where the messages stand: the desk's pages and Python, the packages it shows pages of, the law ring.

Nothing here needs the gettext programs. Pages go through Django's `templatize` and Babel's reader of Python.
The law ring says its messages with `words.say` and `words.count`; they are found in the syntax tree, also
where they are kept in a table or in a constant. A message that cannot be found is an error, never passed over.
"""

from __future__ import annotations

import ast
import calendar
import gettext
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

import allauth
import django
from babel.messages.extract import extract
from django.utils.translation.template import templatize

from asylon.law.packfile import read_yaml

SOURCE = Path(__file__).parent.parent / "src"
DESK = SOURCE / "asylon" / "desk"
VOCABULARY = SOURCE / "asylon" / "lawpacks" / "vocabulary.yaml"
DJANGO = Path(django.__file__).parent
ALLAUTH = Path(allauth.__file__).parent

KEYWORDS: dict[str, Any] = {
    name + end: spec
    for name, spec in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for end in ("", "_lazy", "_noop")
} | {"_": None}

# Pages and sentences of the packages that the desk shows (`asylon.desk.registry.PACKAGES`). What those packages do not
# say in a language, our catalogue says.
BORROWED = {
    ALLAUTH: (
        "templates/account/log*.html",
        "templates/account/reauthenticate.html",
        "templates/account/base_*.html",
        "templates/account/messages/logged_*.txt",
        "templates/account/messages/password_changed.txt",
        "templates/mfa/**/*.html",
        "templates/mfa/messages/*.txt",
        "account/adapter.py",
        "account/forms.py",
        "mfa/**/*.py",
    ),
    DJANGO: (
        "contrib/auth/forms.py",
        "contrib/auth/password_validation.py",
        "contrib/humanize/templatetags/*.py",
        "core/validators.py",
        "forms/*.py",
    ),
}

# What `words.say` is given at run time and no table holds: names of the vocabulary, days of the week, holidays.
SAID_FROM_DATA = {"name.replace('_', ' ')", "rest", "v['name']"}
# Sentences that travel as data and are said by whoever shows them.
CARRIED = {"NOT_VERIFIED"}

Id = str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """A message of the sources: one text, or the two of a counted message, with its context."""

    id: Id
    context: str | None = None


def desk_messages(root: Path = DESK) -> set[Found]:
    """Return every message of the pages and the Python of the desk."""
    return set(_read(_files(root, ("templates/**/*.html", "templates/**/*.txt", "**/*.py"))))


def borrowed_messages(language: str) -> set[Found]:
    """Return the messages of the packages' pages that the packages do not say in `language`."""
    found: set[Found] = set()
    for package, patterns in BORROWED.items():
        said = _said(package, language)
        found |= {message for message in _read(_files(package, patterns)) if _key(message) not in said}
    said = _said(DJANGO, language)
    return {message for message in found if _key(message) not in said}


def _key(message: Found) -> str:
    one = message.id if isinstance(message.id, str) else message.id[0]
    return one if message.context is None else f"{message.context}\x04{one}"


def _said(package: Path, language: str) -> set[str]:
    found: set[str] = set()
    for folder in [package, package / "conf", *package.glob("contrib/*")]:
        path = folder / "locale" / language / "LC_MESSAGES" / "django.mo"
        if path.exists():
            with path.open("rb") as file:
                catalogue: Mapping[Any, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
            found |= {key[0] if isinstance(key, tuple) else key for key, text in catalogue.items() if text}
    return found


def _files(root: Path, patterns: Iterable[str]) -> list[Path]:
    found = {path for pattern in patterns for path in root.glob(pattern)}
    return sorted(path for path in found if "migrations" not in path.parts)


def _read(paths: Iterable[Path]) -> Iterator[Found]:
    for path in paths:
        text = path.read_text(encoding="utf-8")
        yield from read_text(text if path.suffix == ".py" else _page_as_python(text, path))


def _page_as_python(page: str, path: Path) -> str:
    # What is no message comes back as rows of X, with the page's own indents, which are none of Python's.
    return "\n".join(line.strip() for line in templatize(page, origin=str(path)).splitlines())


def read_text(python: str) -> Iterator[Found]:
    """Yield the messages that Python source marks with Django's gettext functions."""
    for _line, message, _comments, context in extract("python", io.BytesIO(python.encode()), keywords=KEYWORDS):
        wanted: Id = message if isinstance(message, str) else (message[0], message[1])
        if wanted and all(wanted):
            yield Found(wanted, context)


# ---------------------------------------------------------------- the law ring


class NotFoundError(Exception):
    """A message whose text stands nowhere in the source."""


# What each name may hold, as far as it is written down.
Scope = Mapping[str, Sequence[ast.expr]]


def law_messages(root: Path = SOURCE, vocabulary: Path = VOCABULARY) -> set[Found]:
    """Return every message of the law ring and of the command that prints it, with the names it is given."""
    paths = sorted([*root.glob("asylon/law/*.py"), *root.glob("asylon/cli/*.py")])
    trees = {".".join(path.relative_to(root).with_suffix("").parts): ast.parse(path.read_text()) for path in paths}
    constants = {name: _assigned(tree.body) for name, tree in trees.items()}
    found = {Found(word) for word in (*_vocabulary_words(vocabulary), *calendar.day_name)}
    for name, tree in trees.items():
        scope = constants[name] | _imported(tree, constants)
        found |= {Found(text) for key in CARRIED & constants[name].keys() for text in _texts(ast.Name(key), scope)}
        for inner, call in _calls(tree, scope):
            try:
                found |= set(_said_by(call, inner))
            except NotFoundError as error:
                raise NotFoundError(f"{name}, line {call.lineno}: the text of {error} stands nowhere") from None
    return found


def _vocabulary_words(path: Path) -> Iterator[str]:
    raw = read_yaml(path)
    details = {key for event in raw["events"].values() for key in event.get("details", {})}
    yield from (name.replace("_", " ") for name in {*raw["events"], *raw["common"], *details})
    yield from raw["attributes"]


def _imported(tree: ast.Module, constants: Mapping[str, Scope]) -> dict[str, Sequence[ast.expr]]:
    return {
        alias.name: constants[node.module][alias.name]
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module is not None and node.module in constants
        for alias in node.names
        if alias.name in constants[node.module]
    }


def _assigned(body: Iterable[ast.AST]) -> dict[str, Sequence[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            found.setdefault(node.target.id, []).append(node.value)
        elif isinstance(node, ast.Assign):
            for name, value in _parts(node.targets[0], node.value):
                found.setdefault(name, []).append(value)
    return dict(found)


def _parts(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield names with what they get: `one, many = {...}[unit]` gives each the column of its place."""
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Subscript) and isinstance(value.value, ast.Dict):
        for row in value.value.values:
            if isinstance(row, ast.Tuple):
                yield from ((name.id, part) for name, part in zip(target.elts, row.elts, strict=True) if _is_name(name))


def _is_name(node: ast.expr) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name)


def _calls(node: ast.AST, scope: Scope) -> Iterator[tuple[Scope, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        inner = {**scope, **_assigned(ast.walk(child))} if isinstance(child, ast.FunctionDef) else scope
        if isinstance(child, ast.Call):
            yield inner, child
        yield from _calls(child, inner)


def _said_by(call: ast.Call, scope: Scope) -> Iterator[Found]:
    if _is_call(call, "say") and ast.unparse(call.args[0]) not in SAID_FROM_DATA:
        yield from (Found(text) for text in _texts(call.args[0], scope))
    elif _is_call(call, "count"):
        pairs = zip(_texts(call.args[0], scope), _texts(call.args[1], scope), strict=True)
        yield from (Found(pair) for pair in pairs)


def _is_call(call: ast.Call, name: str) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id == name
    is_language = isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value).endswith("words")
    return is_language and ast.unparse(call.func).endswith(f".{name}")


def _texts(node: ast.expr, scope: Scope) -> list[str]:
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp():
            return _texts(node.body, scope) + _texts(node.orelse, scope)
        case ast.Name() if node.id in scope:
            return [text for value in scope[node.id] for text in _texts(value, scope)]
        case ast.Subscript():
            return _texts(node.value, scope)
        case ast.Dict():
            return [text for value in node.values for text in _texts(value, scope)]
        case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[_, default]):
            return _texts(table, scope) + _texts(default, scope)
    raise NotFoundError(ast.unparse(node))
