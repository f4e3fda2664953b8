"""The history that the database keeps of every version of a row."""

from datetime import UTC, datetime

import pghistory.core
import pghistory.trigger
import pgtrigger
import pytest
from django.apps import apps
from django.db import connection, transaction

from catalog.enums import StandardLevel
from catalog.models import Standard
from jinan_credit.accounts.models import Unit
from lists.enums import SubjectKind
from lists.models import Subject

ROWS = 5_000


@pytest.mark.django_db
def test_no_trigger_joins_rows_by_a_loop() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE prosrc LIKE '%JOIN new_values%'")
        functions = [source for (source,) in cursor.fetchall()]
    assert len(functions) > 20
    assert [source for source in functions if "old_values FULL JOIN new_values" not in source] == []


@pytest.mark.django_db
def test_many_rows_are_kept_as_fast_after_one_row_in_the_same_connection() -> None:
    """5,000 rows joined by a loop take ten seconds and more; hashed, a tenth of one."""
    made_at = datetime.now(UTC)
    subjects = [
        Subject(kind=SubjectKind.LEGAL_PERSON, name=f"甲{n}", code=f"T{n:017d}", created_at=made_at)
        for n in range(ROWS)
    ]
    Subject.objects.bulk_create(subjects)
    Subject.objects.filter(pk=subjects[0].pk).update(name="乙")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '3s'")
        Subject.objects.update(name="丙")
        cursor.execute("SET LOCAL statement_timeout = 0")
    kept = Subject.objects.first().events.filter(pgh_label="update")  # type: ignore[union-attr]
    assert kept.count() == 2


@pytest.mark.django_db
def test_an_update_that_changes_nothing_is_not_kept() -> None:
    unit = Unit.objects.create(code="x", name="甲")
    unit.save()
    unit.name = "乙"
    unit.save()
    events = unit.events.order_by("pgh_id").values_list("pgh_label", "name")  # type: ignore[attr-defined]
    assert list(events) == [("insert", "甲"), ("update", "乙")]


def test_a_row_that_may_be_deleted_leaves_its_last_version() -> None:
    """To mend it: `history.track(gone=True)`, or a trigger that refuses deletion."""
    kept = {events.pgh_tracked_model for events in apps.get_models() if hasattr(events, "pgh_tracked_model")}
    silent = {
        model._meta.label
        for model in kept
        if not any(
            "DELETE" in str(trigger.operation) and isinstance(trigger, pgtrigger.Protect | pghistory.trigger.Event)
            for trigger in model._meta.triggers
        )
    }
    assert len(kept) > 50
    assert silent == set()


@pytest.mark.django_db
def test_the_last_version_says_what_was_deleted() -> None:
    standard = Standard.objects.create(number="GB 1", title="甲", level=StandardLevel.NATIONAL, source="x")
    events, key = pghistory.core.event_models(tracks_model=Standard)[0], standard.pk
    standard.delete()
    last = events._default_manager.filter(pgh_obj_id=key).latest("pgh_id")
    assert (last.pgh_label, last.title) == ("delete", "甲")
