"""Collects, compiles and checks the translations. Runs in `.venv` with Babel and Django's template reader."""

import argparse
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
PO = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
LOCALE = "zh_Hans"
HEADER = (
    "# Simplified Chinese of Jinan Credit. Written by bin/messages update; only the msgstr lines are for people.\n#"
)
SOURCES = ("jinan_credit", "catalog", "lists", "sanctions", "objections", "repair", "templates")
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_NOISE = re.compile(
    r'^"(Project-Id-Version|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By|Report-Msgid-Bugs-To):.*\n',
    re.MULTILINE,
)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/messages")
    commands = parser.add_subparsers(dest="command", required=True)
    update = commands.add_parser("update", help="collect the texts; translations are kept")
    update.add_argument(
        "--take", type=Path, nargs="*", default=[], metavar="JSON", help="translations: {text: Chinese}"
    )
    commands.add_parser("compile", help="make the binary catalogue")
    commands.add_parser("check", help="complete, translated, same placeholders")
    options = parser.parse_args(arguments)
    if options.command == "update":
        return _update(options.take)
    if options.command == "compile":
        compile_catalogue()
        return 0
    return _report(faults())


def compile_catalogue() -> Path:
    """Write the `.mo` beside the `.po`; untranslated texts fall back to English."""
    target = PO.with_suffix(".mo")
    target.parent.mkdir(parents=True, exist_ok=True)
    written = io.BytesIO()
    write_mo(written, _kept())
    if not target.exists() or target.read_bytes() != written.getvalue():
        draft = target.with_suffix(".mo.new")
        draft.write_bytes(written.getvalue())
        draft.replace(target)
    return target


def faults() -> list[str]:
    """What is wrong with the catalogue, a line each; empty when it is complete."""
    kept, found = _kept(), collected()
    wrong = [f"not in the catalogue: {_name(message)}" for message in found if message.id and not _in(kept, message)]
    wrong += [f"no longer used: {_name(message)}" for message in kept if message.id and not _in(found, message)]
    for message in kept:
        if message.id and not all(_translations(message)):
            wrong.append(f"not translated: {_name(message)}")
        elif message.id:
            wrong += [f"{error}: {_name(message)}" for error in _placeholder_faults(message)]
    return wrong


def collected() -> Catalog:
    """All texts that code and templates mark for translation."""
    catalogue = Catalog(locale=LOCALE, fuzzy=False)
    for path in _source_files():
        where = path.relative_to(ROOT).as_posix()
        try:
            for line, function, texts, _ in _texts(path):
                context, text = _sorted_out(function, texts)
                if text and all(text):
                    catalogue.add(text if len(text) > 1 else text[0], locations=[(where, line)], context=context)
        except (SyntaxError, IndentationError) as error:
            raise SystemExit(f"{where} cannot be read: {error}") from error
    return catalogue


def _update(taken: list[Path]) -> int:
    catalogue, found = _kept(), collected()
    catalogue.update(found, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    for path in taken:
        for text, chinese in json.loads(path.read_text(encoding="utf-8")).items():
            for message in catalogue:
                if message.id and _first(message) == text and not all(_translations(message)):
                    message.string = chinese if not message.pluralizable else (chinese,)
    catalogue.header_comment = HEADER
    written = io.BytesIO()
    write_po(written, catalogue, width=120, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_text(_NOISE.sub("", written.getvalue().decode("utf-8")), encoding="utf-8")
    missing = sum(1 for message in catalogue if message.id and not all(_translations(message)))
    print(f"{len(catalogue)} texts, {missing} without a translation")
    return 0


def _report(wrong: list[str]) -> int:
    for line in wrong:
        print(line)
    print(f"{len(wrong)} faults in the catalogue" if wrong else "The catalogue is complete.")
    return 1 if wrong else 0


def _kept() -> Catalog:
    if not PO.exists():
        return Catalog(locale=LOCALE, fuzzy=False, header_comment=HEADER)
    with PO.open("rb") as file:
        return read_po(file, locale=LOCALE)


def _source_files() -> Iterator[Path]:
    for source in SOURCES:
        for path in sorted((ROOT / source).rglob("*")):
            if path.suffix in (".py", ".html", ".txt") and not {"migrations", "node_modules"} & set(path.parts):
                yield path


def _texts(path: Path) -> Iterator[tuple[Any, ...]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        source = _template_as_python(source, path)
    yield from extract_python(io.BytesIO(source.encode()), KEYWORDS, (), {"encoding": "utf-8"})


def _template_as_python(source: str, path: Path) -> str:
    """Django's own reading of a template: calls of gettext among blanked-out text, a line for a line."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure(USE_I18N=True)
    return "\n".join(line.strip() for line in templatize(source, origin=str(path)).split("\n"))


def _sorted_out(function: str, texts: Any) -> tuple[str | None, tuple[str, ...]]:
    """Context and texts of a call, by the shape of its keyword."""
    texts = texts if isinstance(texts, tuple) else (texts,)
    shape = KEYWORDS[function] or (1,)
    context, chosen = None, []
    for part in shape:
        position = part[0] if isinstance(part, tuple) else part
        value = texts[position - 1] if len(texts) >= position else None
        if not isinstance(value, str):
            return None, ()
        if isinstance(part, tuple):
            context = value
        else:
            chosen.append(value)
    return context, tuple(chosen)


def _in(catalogue: Catalog, message: Message) -> bool:
    return catalogue.get(_first(message), message.context) is not None


def _first(message: Message) -> str:
    return message.id[0] if isinstance(message.id, (tuple, list)) else message.id


def _name(message: Message) -> str:
    where = message.locations[0][0] if message.locations else PO.name
    return f"{_first(message)!r} ({where})"


def _translations(message: Message) -> tuple[str, ...]:
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return tuple(string or "" for string in strings)


def _placeholder_faults(message: Message) -> list[str]:
    """Named placeholders, `%(name)s` and `{name}`, must be the same on both sides."""
    ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    allowed = set().union(*(_placeholders(text) for text in ids))
    needed = _placeholders(ids[-1])
    faulty = []
    for translation in _translations(message):
        there = _placeholders(translation)
        if there - allowed:
            faulty.append(f"unknown placeholder {', '.join(sorted(there - allowed))}")
        if needed - there:
            faulty.append(f"placeholder {', '.join(sorted(needed - there))} is missing")
    return faulty


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|\{\w*\}", text))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
