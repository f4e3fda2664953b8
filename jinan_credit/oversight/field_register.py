"""`docs/fields.md`, made from each model's `classified`: which field of which table tells about a person, how it is
stored and how long it is kept."""

from collections.abc import Iterator

import yaml
from django.apps import apps
from django.db import models
from django.utils import translation

from catalog.services.load_reference import DATA
from jinan_credit.kernel.classification import Classified
from jinan_credit.oversight.field_keeping import KEEPING, OF_LIBRARIES, Keeping

HEAD = """# Field register

Made from each model's `classified` by `manage.py write_field_register`; a test fails when it is out of date. Who
receives what and why is in [data-protection.md](data-protection.md), why deletion works as it does in
[ADR 11](adr/0011-deletion-at-the-disclosure-limit.md).

- **public**: may be shown to anybody, of organisations. **internal**: staff of the units. **personal**: about a natural
  person.
- **encrypted**: with a key of the operator's (`FIELD_KEYS_FILE`; SM4 or AES, GCM), the id of the key beside it.
  **blind index**: a keyed hash by which a number is found without being read. **masked**: the first six and last four
  characters, or less.
- **kept**: the numbers are those of the rule profiles as delivered (`catalog/data/rule_profiles.yaml`); the
  administration may date others. `manage.py purge` runs every night. A row that is emptied leaves a stub: that there
  was one, of which unit, who did what when.
- Where a table keeps its history, every version holds the same fields, is protected from change in the database, and is
  deleted with the row.
"""

PARTLY = {"lists.Change.body": "in clear; document numbers in it encrypted"}


def render() -> str:
    """The page, in English whatever the language of the process."""
    with translation.override("en"):
        return "\n".join([HEAD, *_personal(), *_everything(), *_libraries(), ""])


def our_models() -> list[type[models.Model]]:
    """Those with a classification, by app and name. What pghistory writes follows the model that it is of."""
    found = [model for model in apps.get_models() if isinstance(getattr(model, "classified", None), Classified)]
    return sorted(
        (model for model in found if not hasattr(model, "pgh_tracked_model")), key=lambda one: one._meta.label
    )


def library_apps() -> list[str]:
    """Apps with tables that are not ours."""
    ours = {model._meta.app_label for model in our_models()}
    return sorted({model._meta.app_label for model in apps.get_models()} - ours)


def parameters() -> dict[str, int]:
    """The numbers of the rule profiles as delivered, the newest of each: `profile.parameter`."""
    text = (DATA / "rule_profiles.yaml").read_text(encoding="utf-8")
    profiles = sorted(yaml.safe_load(text), key=lambda profile: str(profile["valid_from"]))
    return {f"{one['code']}.{name}": value for one in profiles for name, value in one["parameters"].items()}


def _personal() -> Iterator[str]:
    yield "## What tells about a person\n"
    yield "| table | field | says | stored | kept |"
    yield "|---|---|---|---|---|"
    for model in our_models():
        for field in _fields(model):
            if _class_of(model, field) == "personal":
                where = f"`{model._meta.db_table}` | `{field.name}`"
                yield f"| {where} | {_says(field)} | {_stored(field)} | {_kept(model)} |"


def _everything() -> Iterator[str]:
    yield "\n## Every table\n"
    yield "| table | holds | public | internal | personal | history | kept |"
    yield "|---|---|---|---|---|---|---|"
    for model in our_models():
        named = {"public": "", "internal": "", "personal": ""}
        for field in _fields(model):
            named[_class_of(model, field)] += f" {field.name}"
        cells = " | ".join(names.strip() for names in named.values())
        history = "yes" if _has_history(model) else ""
        yield f"| `{model._meta.db_table}` | {model._meta.verbose_name} | {cells} | {history} | {_kept(model)} |"


def _libraries() -> Iterator[str]:
    yield "\n## Tables of libraries\n"
    yield "| app | what stands there of a person |"
    yield "|---|---|"
    for label in library_apps():
        yield f"| `{label}` | {OF_LIBRARIES[label]} |"


def _fields(model: type[models.Model]) -> list[models.Field]:
    return [*model._meta.concrete_fields, *(one for one in model._meta.many_to_many if one.name in model.classified)]  # type: ignore[attr-defined]


def _class_of(model: type[models.Model], field: models.Field) -> str:
    classified: Classified = model.classified  # type: ignore[attr-defined]
    classes = ("public", "internal", "personal")
    return next(name for name in classes if field.name in getattr(classified, name).split())


def _says(field: models.Field) -> str:
    return str(field.verbose_name).replace("|", "/")


def _stored(field: models.Field) -> str:
    """By its name: the services that write a field of such a name seal, mask or hash (tests hold them to it)."""
    if isinstance(field, models.FileField):
        return "file outside the web server's reach"
    ways = {"sealed_": "encrypted", "masked_": "masked"}
    starts = next((way for start, way in ways.items() if field.name.startswith(start)), "")
    ends = "blind index" if field.name.endswith("_index") else ""
    return starts or ends or PARTLY.get(str(field), "in clear")


def _has_history(model: type[models.Model]) -> bool:
    return any(getattr(one, "pgh_tracked_model", None) is model for one in apps.get_models())


def _kept(model: type[models.Model]) -> str:
    keeping = KEEPING.get(model._meta.label, Keeping("stays"))
    numbers = parameters()
    sources = f" ({', '.join(f'`{rule}`' for rule in keeping.rules)})" if keeping.rules else ""
    return keeping.words.format(*(numbers[rule] for rule in keeping.rules)) + sources
