"""Names and codes of subjects: kept in step by the database, read by a job, changed by a service."""

from datetime import date, timedelta
from random import Random

import pytest
from django.db import IntegrityError, connection, transaction

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.enums import NameSource
from lists.models import Entry, Subject, SubjectCode, SubjectName
from lists.selectors import subjects_named
from lists.services.subjects import add_older_code, index_names, rename_subject
from lists.services.synthetic import citizen_number, uscc
from tests.cast import Cast, publish_many, publish_one
from tests.lists.matching.persons import make_person

OLD, NEW = "济南鲁泉商贸有限公司", "济南趵突新材料有限公司"


@pytest.fixture
def entry(cast: Cast) -> Entry:
    return publish_one(cast, name=OLD)


def renamed(cast: Cast, entry: Entry, **given: object) -> Subject:
    values = {"new_name": NEW, "changed_on": clock.today(), "reason": "变更登记", "by": cast.actor("clerk"), **given}
    return rename_subject(subject=entry.subject, **values)  # type: ignore[arg-type]


class TestNamesAreKeptInStep:
    def test_by_whatever_path_a_subject_comes(self, cast: Cast, entry: Entry) -> None:
        publish_many(cast, 3, persons=0.5)
        Subject.objects.bulk_create([Subject(kind="LEGAL_PERSON", name=NEW, code=uscc(Random(2)))])
        assert set(SubjectName.objects.values_list("subject_id", "name")) == set(
            Subject.objects.values_list("pk", "name")
        )

    def test_the_name_as_at_listing_is_kept_where_it_differs(self, cast: Cast, entry: Entry) -> None:
        publish_one(cast, seed=2, name="济南鲁泉商贸公司", code=entry.subject.code)
        names = SubjectName.objects.filter(subject=entry.subject).values_list("name", "source")
        assert set(names) == {(OLD, NameSource.REGISTERED), ("济南鲁泉商贸公司", NameSource.LISTED)}

    def test_a_corrected_name_is_found(self, entry: Entry) -> None:
        Entry.objects.filter(pk=entry.pk).update(subject_name="济南鲁泉贸易有限公司")
        assert SubjectName.objects.filter(name="济南鲁泉贸易有限公司", source=NameSource.LISTED).exists()


class TestReading:
    def test_reads_every_name_once_in_batches(self, cast: Cast) -> None:
        Subject.objects.bulk_create(
            [Subject(kind="LEGAL_PERSON", name=f"济南第{n}机械厂", code=uscc(Random(n))) for n in range(7)]
        )
        make_person("王小明", citizen_number(Random(9)))
        assert index_names(limit=3) == 3
        assert index_names() == 5
        assert index_names() == 0
        assert not SubjectName.objects.filter(keys=None).exists()
        person = SubjectName.objects.get(name="王小明")
        assert (person.core, person.initials, person.grams, len(person.keys or [])) == ("", "", [], 1)

    def test_a_name_is_found_before_and_after_it_is_read(self, entry: Entry) -> None:
        for _each in range(2):
            assert subjects_named("鲁泉商贸") == [entry.subject_id]
            index_names()

    def test_a_search_never_reads_the_whole_table(self, cast: Cast, entry: Entry) -> None:
        index_names()
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('enable_seqscan')")
            assert cursor.fetchone()[0] == "on"
            subjects_named("鲁泉商贸")
            cursor.execute("SELECT current_setting('enable_seqscan')")
            assert cursor.fetchone()[0] == "on"


class TestRename:
    def test_both_names_find_it_and_no_entry_is_rewritten(self, cast: Cast, entry: Entry) -> None:
        subject = renamed(cast, entry, changed_on=date(2026, 1, 5))
        entry.refresh_from_db()
        assert (subject.name, entry.subject_name) == (NEW, OLD)
        former, registered = (SubjectName.objects.get(subject=subject, name=name) for name in (OLD, NEW))
        assert (former.source, former.until_on) == (NameSource.FORMER, date(2026, 1, 5))
        assert (registered.source, registered.recorded_by, registered.reason) == ("REGISTERED", cast.clerk, "变更登记")
        for text in ("鲁泉商贸", "趵突新材料", OLD, NEW):
            assert subjects_named(text) == [subject.pk]

    def test_back_to_the_former_name(self, cast: Cast, entry: Entry) -> None:
        renamed(cast, entry)
        renamed(cast, entry, new_name=OLD)
        assert dict(SubjectName.objects.values_list("name", "source")) == {OLD: "REGISTERED", NEW: "FORMER"}
        assert SubjectName.objects.get(name=OLD).until_on is None

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"new_name": " "}, "name_missing"),
            ({"new_name": "长" * 201}, "name_too_long"),
            ({"new_name": f" {OLD}"}, "name_same"),
            ({"changed_on": date(2999, 1, 1)}, "day_in_future"),
            ({"reason": " "}, "reason_missing"),
            ({"reason": "长" * 501}, "reason_too_long"),
            ({"by": SYSTEM}, "person_only"),
        ],
    )
    def test_is_refused(self, cast: Cast, entry: Entry, given: dict[str, object], code: str) -> None:
        with pytest.raises(DomainError) as refusal:
            renamed(cast, entry, **given)
        assert refusal.value.code == code
        assert Subject.objects.get(pk=entry.subject_id).name == OLD

    @pytest.mark.parametrize(("who", "code"), [("stranger", "subject_not_found"), ("coordinator", "act_not_allowed")])
    def test_others_may_not(self, cast: Cast, entry: Entry, who: str, code: str) -> None:
        with pytest.raises(DomainError) as refusal:
            renamed(cast, entry, by=cast.actor(who))
        assert refusal.value.code == code


class TestOlderCodes:
    def added(self, cast: Cast, entry: Entry, **given: object) -> None:
        values = {"code": "370100 2001234-5", "label": "注册号", "reason": "三证合一", "by": cast.actor("clerk")}
        add_older_code(subject=entry.subject, **{**values, **given})  # type: ignore[arg-type]

    def test_is_kept_in_one_spelling(self, cast: Cast, entry: Entry) -> None:
        self.added(cast, entry)
        kept = entry.subject.older_codes.get()
        assert (kept.code, kept.label, kept.recorded_by, kept.reason) == (
            "37010020012345",
            "注册号",
            cast.clerk,
            "三证合一",
        )
        assert clock.now() - kept.recorded_at < timedelta(minutes=1)

    def test_a_new_entry_under_it_is_of_the_same_subject(self, cast: Cast, entry: Entry) -> None:
        earlier = uscc(Random(41))
        self.added(cast, entry, code=earlier)
        second = publish_one(cast, seed=2, code=earlier)
        assert (second.subject, Subject.objects.count()) == (entry.subject, 1)
        with pytest.raises(DomainError) as refusal:
            publish_one(cast, seed=3, code=earlier, document_number=entry.document_number)
        assert refusal.value.code == "duplicate"

    def test_who_has_ceased_is_not_listed_under_it(self, cast: Cast, entry: Entry) -> None:
        earlier = uscc(Random(41))
        self.added(cast, entry, code=earlier)
        Subject.objects.filter(pk=entry.subject_id).update(ceased_on=clock.today())
        with pytest.raises(DomainError) as refusal:
            publish_one(cast, seed=2, code=earlier)
        assert refusal.value.code == "subject_ceased"

    def test_names_one_subject_in_the_database_too(self, cast: Cast, entry: Entry) -> None:
        other = publish_one(cast, seed=2)
        SubjectCode.objects.create(subject=entry.subject, code="37010020012345")
        with pytest.raises(IntegrityError, match="older_code_names_one_subject"), transaction.atomic():
            SubjectCode.objects.create(subject=other.subject, code="37010020012345")

    def test_is_refused(self, cast: Cast, entry: Entry) -> None:
        self.added(cast, entry)
        person = publish_one(
            cast,
            seed=4,
            kind="NATURAL_PERSON",
            name="王小明",
            code=None,
            document_type="CITIZEN",
            number=citizen_number(Random(4)),
        )
        for of, given, code in (
            (entry, {"code": " - "}, "code_missing"),
            (entry, {"code": "37010020012345"}, "code_known"),
            (entry, {"code": entry.subject.code}, "code_known"),
            (entry, {"reason": ""}, "reason_missing"),
            (entry, {"by": cast.actor("stranger")}, "subject_not_found"),
            (person, {}, "subject_is_a_person"),
        ):
            with pytest.raises(DomainError) as refusal:
                self.added(cast, of, **given)
            assert refusal.value.code == code
