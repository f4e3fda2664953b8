"""Records that are no entries and name a party: each kind is kept for a time of its own (PIPL art. 19; ADR 0011).

What a log of steps points to stays as a stub; a mere log is deleted. What somebody still works with is never due.
"""

from datetime import date, datetime
from typing import Any, cast

from django.db.models import Exists, OuterRef

from catalog.models import RuleProfile
from catalog.selectors import records_kept_since
from jinan_credit.accounts.models import IdempotentCall
from lists.enums import ExportStatus, ImportStatus, LargeStepStatus, NominationState, SubjectKind
from lists.models import (
    CreditPromise,
    Entry,
    EntryExport,
    ExportedEntries,
    LargeStep,
    ListImport,
    Nomination,
    NumberHandout,
    NumberSearch,
    SavedFilter,
)
from lists.rules import kept_since
from lists.services.credit_promises import empty_credit_promises
from lists.services.entry_stubs import delete_subjects, empty_imports, empty_nominations
from lists.services.erasure import DASH, delete, empty, in_batches
from lists.signals import records_outlived

FILTERS_THAT_NAME = r"(^|&)(text|document|person|entry|number)=[^&]"
"""In a query of a page: a name or code, a document number, a search by number, one entry, the receipt of a case."""


def purge_records(*, day: date) -> dict[str, int]:
    """Empty or delete what outlived its limit on a day, here and on the floors above. Returns how many of each kind.

    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    done = {
        "nominations": _purge_nominations(day),
        "promises": _purge_promises(day),
        "imports": _purge_imports(day),
        "saved filters": _purge_saved_filters(day),
        "exports": _purge_exports(day),
        "steps with many entries": _purge_large_steps(day),
        "API answers": _purge_api_answers(day),
        "searches by number": _purge_log(NumberSearch, day),
        "numbers handed out": _purge_log(NumberHandout, day),
    }
    for _receiver, done_there in records_outlived.send(None, day=day):
        done |= cast(dict[str, int], done_there)
    return done


def _purge_nominations(day: date) -> int:
    since = records_kept_since(day, rule="retention", limit="declined_nomination_days")
    declined = Nomination.objects.filter(state=NominationState.DECLINED, decided_at__lt=since).exclude(name="")
    return in_batches(declined, lambda keys: empty_nominations(Nomination.objects.filter(pk__in=keys)))


def _purge_promises(day: date) -> int:
    """At the disclosure limit, counted from the end of the time promised for."""
    bound = kept_since(day, RuleProfile.objects.for_case("disclosure", day)["limit_years"])
    due = CreditPromise.objects.filter(valid_until__lt=bound).exclude(subject_kind=SubjectKind.ANONYMOUS)
    return in_batches(due, _take_promises)


def _take_promises(keys: list[Any]) -> None:
    promises = CreditPromise.objects.filter(pk__in=keys)
    subjects = set(promises.order_by().values_list("subject_id", flat=True))
    empty_credit_promises(promises)
    delete_subjects(subjects)


def _purge_imports(day: date) -> int:
    """Files of which nothing came: cancelled, refused, or without a row that became an entry."""
    since = records_kept_since(day, rule="retention", limit="given_up_days")
    over = [ImportStatus.CANCELLED, ImportStatus.REFUSED, ImportStatus.IMPORTED]
    entries = Entry.objects.filter(from_import=OuterRef("pk"))
    due = ListImport.objects.filter(~Exists(entries), status__in=over, made_at__lt=since)
    due = due.exclude(file="", file_name__in=["", DASH])
    return in_batches(due, empty_imports)


def _purge_saved_filters(day: date) -> int:
    since = records_kept_since(day, rule="retention", limit="saved_filter_days")
    due = SavedFilter.objects.filter(made_at__lt=since, query__regex=FILTERS_THAT_NAME)
    return in_batches(due, lambda keys: delete(SavedFilter.objects.filter(pk__in=keys)))


def _purge_exports(day: date) -> int:
    """Who took how many entries when, and how often, stays; which ones does not."""
    over = [ExportStatus.EXPIRED, ExportStatus.FAILED]
    due = EntryExport.objects.filter(made_at__lt=_queries_kept_since(day), status__in=over).exclude(reason="")
    return in_batches(due, _take_exports)


def _take_exports(keys: list[Any]) -> None:
    delete(ExportedEntries.objects.filter(export__in=keys))
    empty(EntryExport.objects.filter(pk__in=keys), query="", filters="", reason="", failure="")


def _purge_large_steps(day: date) -> int:
    """That somebody took it, when and with how many entries, stays; which ones they were does not."""
    due = LargeStep.objects.filter(made_at__lt=_queries_kept_since(day)).exclude(status=LargeStepStatus.RUNNING)
    due = due.exclude(query="", reason="", left_out=[])
    blank: dict[str, Any] = {"query": "", "reason": "", "refusal": "", "left_out": []}
    return in_batches(due, lambda keys: empty(LargeStep.objects.filter(pk__in=keys), **blank))


def _purge_api_answers(day: date) -> int:
    since = records_kept_since(day, rule="retention", limit="api_answer_days")
    due = IdempotentCall.objects.filter(created_at__lt=since)
    return in_batches(due, lambda keys: delete(IdempotentCall.objects.filter(pk__in=keys)))


def _purge_log(log: type[NumberSearch] | type[NumberHandout], day: date) -> int:
    due: Any = log._default_manager.filter(at__lt=_queries_kept_since(day))
    return in_batches(due, lambda keys: delete(log._default_manager.filter(pk__in=keys)))


def _queries_kept_since(day: date) -> datetime:
    return records_kept_since(day, rule="access-log", limit="person_query_keep_days")
