"""Names and codes of subjects: read into the index, changed by rename, kept when they are old."""

import csv
import io
from datetime import date

from django.db import connection, transaction
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound
from jinan_credit.kernel.identifiers import normalise_code, normalise_text
from lists.enums import WAS_PUBLISHED, NameSource, SubjectKind
from lists.matching.keys import index_of
from lists.models import Entry, EntryQuerySet, Subject, SubjectCode, SubjectName

BATCH = 5_000
LONGEST_NAME = 200
LONGEST_REASON = 500


def index_names(limit: int | None = None) -> int:
    """Job: read names that the matching engine has not read yet, at most `limit`; how many it read.

    Batches of its own transactions, so memory stays flat and a kill loses one batch. Two at once share the work.
    """
    done = 0
    while limit is None or done < limit:
        read = _index_batch(BATCH if limit is None else min(BATCH, limit - done))
        done += read
        if not read:
            break
    if done >= BATCH:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE lists_subjectname")
    return done


@transaction.atomic
def rename_subject(*, subject: Subject, new_name: str, changed_on: date, by: Actor, reason: str) -> Subject:
    """The registered name changed on a day. The former name is kept and found; no entry is rewritten (rule 9).

    Refusals: `act_not_allowed`; `person_only`; `subject_not_found` unless the actor's unit published an entry of it;
    `name_missing`; `name_too_long`; `name_same`; `day_in_future`; `reason_missing`, `reason_too_long`.
    """
    locked = _lock(subject, by, reason)
    name = normalise_text(new_name)
    if not name:
        raise InvalidInput("name_missing", _("Give the new name."), field="new_name")
    if len(name) > LONGEST_NAME:
        raise InvalidInput("name_too_long", _("A name has at most 200 characters."), field="new_name")
    former = _present_name(locked, by)
    if name == former:
        raise DomainError("name_same", _("The subject bears this name already."), field="new_name")
    if changed_on > clock.today():
        raise InvalidInput("day_in_future", _("This day lies in the future."), field="changed_on")
    locked.name, locked.renamed_on = name, changed_on
    SubjectName.objects.update_or_create(
        subject=locked, name=former, defaults={"source": NameSource.FORMER, "until_on": changed_on}
    )
    locked.save(update_fields=["name", "renamed_on"])
    SubjectName.objects.update_or_create(
        subject=locked,
        name=name,
        defaults={
            "source": NameSource.REGISTERED,
            "until_on": None,
            "recorded_at": clock.now(),
            "recorded_by": by.user,
            "reason": reason.strip(),
        },
    )
    return locked


@transaction.atomic
def add_older_code(*, subject: Subject, code: str, label: str, by: Actor, reason: str) -> SubjectCode:
    """An earlier USCC, registration number or organisation code under which the subject is found too.

    Refusals: `act_not_allowed`; `person_only`; `subject_not_found`; `subject_is_a_person`; `code_missing`;
    `code_known` when it is a code of this or another subject; `reason_missing`, `reason_too_long`.
    """
    locked = _lock(subject, by, reason)
    if locked.kind == SubjectKind.NATURAL_PERSON:
        raise DomainError("subject_is_a_person", _("A natural person has a document, not a code."), field="code")
    code = normalise_code(code)
    if not code or len(code) > 30:
        raise InvalidInput("code_missing", _("Give the older code, at most 30 characters."), field="code")
    kept, is_new = SubjectCode.objects.get_or_create(
        code=code,
        defaults={
            "subject": locked,
            "label": normalise_text(label)[:50],
            "recorded_at": clock.now(),
            "recorded_by": by.user,
            "reason": reason.strip(),
        },
    )
    if not is_new or Subject.objects.filter(code=code).exists():
        raise DomainError("code_known", _("This code belongs to a subject already."), field="code")
    return kept


def _lock(subject: Subject, by: Actor, reason: str) -> Subject:
    by.require(Act.DRAFT_ENTRIES)
    if by.user is None:
        raise NotAllowed("person_only", _("Only a person can record this, not a program."))
    locked = Subject.objects.select_for_update().filter(pk=subject.pk).exclude(kind=SubjectKind.ANONYMOUS).first()
    if locked is None or not _published_here(locked, by).exists():
        raise NotFound("subject_not_found", _("There is no such subject among your unit's entries."))
    if not reason.strip():
        raise InvalidInput("reason_missing", _("Give the reason for this step."), field="reason")
    if len(reason.strip()) > LONGEST_REASON:
        raise InvalidInput("reason_too_long", _("A reason has at most 500 characters."), field="reason")
    return locked


def _published_here(subject: Subject, by: Actor) -> EntryQuerySet:
    """A draft has been seen by no second person: with it alone nobody changes what everybody reads (rule 4)."""
    return Entry.objects.filter(subject=subject, unit=by.unit, state__in=WAS_PUBLISHED)


def _present_name(subject: Subject, by: Actor) -> str:
    last = _published_here(subject, by).order_by("-published_at")[0]
    last.subject = subject
    return last.present_name


@transaction.atomic
def _index_batch(size: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT borne.id, borne.name, subject.kind = 'NATURAL_PERSON'
            FROM lists_subjectname borne JOIN lists_subject subject ON subject.id = borne.subject_id
            WHERE borne.keys IS NULL ORDER BY borne.id LIMIT %s FOR UPDATE OF borne SKIP LOCKED
            """,
            [size],
        )
        rows = cursor.fetchall()
        if not rows:
            return 0
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        for pk, name, is_person in rows:
            core, initials, keys, grams = index_of(name, is_person=is_person)
            writer.writerow([pk, core, initials, _array(keys), _array(grams)])
        buffer.seek(0)
        cursor.execute(
            "CREATE TEMP TABLE names_read (id bigint, core text, initials text, keys int[], grams int[]) ON COMMIT DROP"
        )
        cursor.copy_expert("COPY names_read FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL (core, initials))", buffer)
        cursor.execute(
            """
            UPDATE lists_subjectname borne
            SET core = read.core, initials = read.initials, keys = read.keys, grams = read.grams
            FROM names_read read WHERE borne.id = read.id AND borne.id BETWEEN %s AND %s
            """,
            [rows[0][0], rows[-1][0]],
        )
        cursor.execute("DROP TABLE names_read")
    return len(rows)


def _array(numbers: list[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"
