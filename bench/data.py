"""Synthetic lists: codes and numbers with right check characters, one natural person in ten rows.

Row n is the same in every run but for its dates, which lie shortly before today so that no term has run out.
"""

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter
from django.db import connection, transaction

from jinan_credit.kernel import clock, crypto, masking
from jinan_credit.kernel.identifiers import citizen_check_character, uscc_check_character
from lists.enums import ChangeOp, DocumentType
from lists.models import CreditList
from lists.services.feed import ENTRY_BODY_SOURCE
from lists.services.import_files import COLUMNS

ONE_PERSON_IN = 10
AT_ONCE = 200_000
"""Subjects copied by one statement."""
_DIVISIONS = ("370102", "370103", "370104", "370105", "370112", "370113", "370114", "370115", "370116", "370117")
_FIRST = "华鲁泉城明湖历山长清平阴商河齐天"
_SECOND = "盛达信诚恒昌德远宏泰瑞丰"
_TRADES = ("商贸", "建筑工程", "食品", "物流", "化工", "电子科技", "房地产开发", "餐饮管理")
_FAMILY = "王李张刘陈杨赵黄周吴"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"


@dataclass(frozen=True)
class Party:
    """Who row n is about."""

    n: int

    @property
    def is_person(self) -> bool:
        return self.n % ONE_PERSON_IN == ONE_PERSON_IN - 1

    @property
    def code(self) -> str:
        body = f"91{_DIVISIONS[self.n % 10]}M{self.n:08d}"
        return body + uscc_check_character(body)

    @property
    def citizen_number(self) -> str:
        born = date(1950, 1, 1) + timedelta(days=self.n // 1000)
        body = f"{_DIVISIONS[self.n % 7]}{born:%Y%m%d}{self.n % 1000:03d}"
        return body + citizen_check_character(body)

    @property
    def person_name(self) -> str:
        return _FAMILY[self.n % 10] + _GIVEN[self.n // 10 % 20] + _GIVEN[self.n // 200 % 20]

    @property
    def name(self) -> str:
        if self.is_person:
            return self.person_name
        first, second = _FIRST[self.n % 14], _SECOND[self.n // 14 % 12]
        return f"济南{first}{second}{self.n % 9973}{_TRADES[self.n % 8]}有限公司"

    @property
    def decided_on(self) -> date:
        return clock.today() - timedelta(days=1 + self.n % 40)


def file_row(n: int) -> list[str | date]:
    """Row n in the columns of the import template."""
    party = Party(n)
    return [
        "自然人" if party.is_person else "法人",
        party.name,
        "" if party.is_person else party.code,
        "居民身份证" if party.is_person else "",
        party.citizen_number if party.is_person else "",
        "" if party.is_person else party.person_name,
        "《中华人民共和国环境保护法》第六十三条",
        f"济环罚〔{party.decided_on.year}〕{n}号",
        party.decided_on,
        party.decided_on,
        "",
        "",
        "超过污染物排放标准排放污染物",
        f"经查，该单位于{party.decided_on:%Y年%m月}超标排放，处罚款{n % 90 + 10}万元。",
        ("一般", "严重")[n % 2],
        "",
    ]


def write_workbook(path: Path, count: int, first: int = 0) -> None:
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, COLUMNS)
    for n in range(count):
        for place, cell in enumerate(file_row(first + n)):
            if isinstance(cell, date):
                sheet.write_datetime(n + 1, place, cell, day)
            elif cell:
                sheet.write_string(n + 1, place, cell)
    book.close()


def load_subjects(first: int, count: int) -> None:
    """Subjects first … first + count - 1, by COPY."""
    for start in range(first, first + count, AT_ONCE):
        _copy_subjects(range(start, min(start + AT_ONCE, first + count)))


def _copy_subjects(numbers: range) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for n in numbers:
        writer.writerow(_subject(Party(n)))
    buffer.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            "COPY lists_subject (kind, name, code, document_type, sealed_number, masked_number, number_index, "
            "created_at) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL (document_type, sealed_number, masked_number))",
            buffer,
        )


def _subject(party: Party) -> list[str]:
    at = clock.now().isoformat()
    if not party.is_person:
        return ["LEGAL_PERSON", party.name, party.code, "", "", "", "", at]
    number = party.citizen_number
    return [
        "NATURAL_PERSON",
        party.name,
        "",
        DocumentType.CITIZEN,
        crypto.seal(number),
        masking.mask_document_number(number),
        crypto.blind_index(DocumentType.CITIZEN, number),
        at,
    ]


@transaction.atomic
def load_entries_in_review(credit_list: CreditList, *, first: int, count: int, made_by: int) -> None:
    """Entries waiting for the reviewer, each with its subject and legal representative."""
    _without_triggers()
    load_subjects(first, count)
    _insert_entries(credit_list, count, made_by)


@transaction.atomic
def load_published_entries(credit_list: CreditList, *, first: int, count: int, made_by: int, reviewed_by: int) -> None:
    """Entries in force with their changes in the feed, as one publication: the first of the list."""
    _without_triggers()
    load_subjects(first, count)
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO lists_publication (credit_list_id, kind, change_reason, reason, unit_id, made_by_id,
                approved_by_id, published_at, count, first_seq, last_seq)
            SELECT %s, 'LISTING', 'PUBLISHED', '', unit_id, NULL, id, %s, %s, 1, %s FROM accounts_user WHERE id = %s
            RETURNING id
            """,
            [credit_list.pk, now, count, count, reviewed_by],
        )
        publication = cursor.fetchone()[0]
        _insert_entries(credit_list, count, made_by, ("PUBLISHED", 1, reviewed_by, now, publication))
        cursor.execute(
            f"""
            INSERT INTO lists_change
                (publication_id, ordinal, op, entry_id, version, changed_at, reason, body)
            SELECT %s, row_number() OVER (ORDER BY id), %s, id, version, %s, 'PUBLISHED', body
            FROM ({ENTRY_BODY_SOURCE} WHERE entry.last_publication_id = %s) changed
            """,
            [publication, ChangeOp.UPSERT, now, publication],
        )
        cursor.execute("UPDATE lists_feedhead SET seq = %s WHERE credit_list_id = %s", [count, credit_list.pk])


def settle() -> None:
    """Statistics and a checkpoint, as a database has them that has been running for a while."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def _without_triggers() -> None:
    """Loading synthetic rows needs no history; where the role may not say so it is written all the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")


def _insert_entries(
    credit_list: CreditList, count: int, made_by: int, stands: tuple[object, ...] = ("IN_REVIEW", 0, None, None, None)
) -> None:
    """Of the newest subjects. `stands`: state, version, who reviewed, when and by which publication it was listed."""
    today = clock.today()
    state, version, reviewed_by, published_at, publication = stands
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO lists_entry (
                credit_list_id, subject_id, subject_kind, subject_name, state, version, unit_id, basis,
                basis_kind, document_number, document_on, decided_on, term_from, term_to, term_rule_id, grounds, facts,
                dishonesty_class, disclosure, person_disclosure_basis, marks, made_by_id, submitted_by_id, made_at,
                reviewed_by_id, published_at, last_publication_id, exit_reason)
            SELECT %(list)s, subject.id, subject.kind, subject.name, %(state)s, %(version)s, maker.unit_id,
                '《中华人民共和国环境保护法》第六十三条', 'PENALTY', '济环罚〔2026〕' || subject.id || '号',
                %(today)s - 20, %(today)s - 20, %(today)s - 20, %(today)s + 345, NULL,
                '超过污染物排放标准排放污染物', '经查，该单位超标排放，处罚款20万元。',
                'ORDINARY', CASE WHEN subject.kind = 'NATURAL_PERSON' THEN 'GOVERNMENT' ELSE 'PUBLIC' END, '', '{}',
                maker.id, maker.id, %(now)s, %(reviewed_by)s::bigint, %(published_at)s::timestamptz,
                %(publication)s::bigint, ''
            FROM (SELECT * FROM lists_subject ORDER BY id DESC LIMIT %(count)s) subject, accounts_user maker
            WHERE maker.id = %(maker)s
            """,
            {
                "list": credit_list.pk,
                "state": state,
                "version": version,
                "today": today,
                "now": clock.now(),
                "reviewed_by": reviewed_by,
                "published_at": published_at,
                "publication": publication,
                "count": count,
                "maker": made_by,
            },
        )
        cursor.execute(
            """
            INSERT INTO lists_relatedperson
                (entry_id, role, name, document_type, sealed_number, masked_number, number_index)
            SELECT id, 'LEGAL_REPRESENTATIVE', '王伟', '', '', '', '' FROM lists_entry
            WHERE credit_list_id = %s AND subject_kind <> 'NATURAL_PERSON'
            """,
            [credit_list.pk],
        )
