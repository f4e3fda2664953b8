"""Every model, as data: where its foreign keys point, how its fields are classified, who did what when."""

import tomllib

import pytest
from django.apps import apps
from django.db import models

from jinan_credit.kernel.classification import Classified
from tests.conftest import ROOT

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
FLOORS = next(contract for contract in CONTRACTS["contracts"] if contract["id"] == "floors")["layers"]
LEVEL = {
    module.strip(): len(FLOORS) - number
    for number, floor in enumerate(FLOORS)
    for module in floor.replace(":", "|").split("|")
}
OURS = tuple(LEVEL)
SPANS = ("_from", "_to", "_until")
# Named by Django, by OAuth's model, by the outside contract.
GIVEN_NAMES = {"last_login", "date_joined", "created", "updated", "known_at"}


def _app_of(model: type[models.Model]) -> str | None:
    module = model.__module__
    return next((app for app in OURS if module == app or module.startswith(f"{app}.")), None)


def _is_history(model: type[models.Model]) -> bool:
    """Rows that pghistory's triggers write: their fields are those of the model they follow."""
    return hasattr(model, "pgh_tracked_model")


MODELS = [model for model in apps.get_models(include_auto_created=True) if _app_of(model)]
WRITTEN_BY_US = [model for model in MODELS if not _is_history(model) and not model._meta.auto_created]


def _names(model: type[models.Model]) -> str:
    return model._meta.label


def test_there_are_models():
    assert len(WRITTEN_BY_US) > 10


@pytest.mark.parametrize("model", MODELS, ids=_names)
def test_foreign_keys_point_down(model):
    """A floor may know the floors below it, never one above, never its sibling."""
    here = _app_of(model)
    for field in model._meta.get_fields(include_hidden=True):
        if not field.is_relation or field.auto_created or field.related_model in (None, "self"):
            continue
        there = _app_of(field.related_model)
        if there is not None and there != here:
            assert LEVEL[there] < LEVEL[here], f"{model._meta.label}.{field.name} points up to {there}"


@pytest.mark.parametrize("model", WRITTEN_BY_US, ids=_names)
def test_every_field_is_classified(model):
    classified = getattr(model, "classified", None)
    assert isinstance(classified, Classified), f"{model._meta.label} has no `classified`"
    fields = {field.name for field in model._meta.concrete_fields}
    links = {field.name for field in model._meta.many_to_many}

    assert classified.names - links == fields


@pytest.mark.parametrize("model", WRITTEN_BY_US, ids=_names)
def test_no_field_is_classified_twice(model):
    classified = model.classified
    written = f"{classified.public} {classified.internal} {classified.personal}".split()

    assert len(written) == len(set(written))


@pytest.mark.parametrize("model", WRITTEN_BY_US, ids=_names)
def test_who_and_when_are_recorded_together(model):
    """Where a field says when something was done and another by whom, the database holds both or neither."""
    names = {field.name for field in model._meta.concrete_fields}
    conditions = "\n".join(str(constraint.deconstruct()) for constraint in model._meta.constraints)
    for at in sorted(name for name in names if name.endswith("_at")):
        by = f"{at.removesuffix('_at')}_by"
        if by not in names:
            continue
        both_always = not model._meta.get_field(at).null
        assert both_always or (at in conditions and by in conditions), (
            f"{model._meta.label}: no constraint ties {at} to {by}"
        )


@pytest.mark.parametrize("model", WRITTEN_BY_US, ids=_names)
def test_constraints_are_named_as_sentences(model):
    for constraint in model._meta.constraints:
        assert constraint.name.count("_") >= 2, f"{constraint.name} says too little"
        assert not constraint.name.startswith(("unique_", "check_", "uniq_", "ck_")), constraint.name


@pytest.mark.parametrize("model", WRITTEN_BY_US, ids=_names)
def test_dates_and_times_say_so_in_their_names(model):
    for field in model._meta.local_concrete_fields:
        if field.name in GIVEN_NAMES:
            continue
        if type(field) is models.DateTimeField:
            assert field.name == "at" or field.name.endswith(("_at", *SPANS)), field
        elif type(field) is models.DateField:
            assert field.name in ("on", "day", "as_of") or field.name.endswith(("_on", *SPANS)), field


@pytest.mark.parametrize("model", WRITTEN_BY_US, ids=_names)
def test_the_log_of_moves_protects_what_it_tells_of(model):
    from jinan_credit.accounts.models import MoveRecord

    if issubclass(model, MoveRecord):
        assert model._meta.get_field("of").remote_field.on_delete is models.PROTECT
