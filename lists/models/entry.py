import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import RuleProfile
from jinan_credit.accounts import history
from jinan_credit.accounts.models import ApiClient, MoveRecord, Unit, User
from jinan_credit.kernel import clock
from jinan_credit.kernel.classification import Classified
from jinan_credit.kernel.identifiers import document_key_sql
from lists.enums import (
    LEFT,
    ON_THE_LIST,
    WAS_PUBLISHED,
    BasisKind,
    Disclosure,
    DishonestyClass,
    DocumentType,
    EntryState,
    ExitReason,
    ListKind,
    Mark,
    PersonRole,
    SubjectKind,
)
from lists.models.credit_list import CreditList, CreditListVersion
from lists.models.entry_queries import EntryQuerySet
from lists.models.list_import import ListImport
from lists.models.publication import Publication
from lists.models.subject import Subject

MAKING = ("draft", "revise", "reopen", "submit")
"""The steps that make a person a maker of the entry."""
COUNTED_BY = ("term_from", "term_to", "subject_kind", "dishonesty_class", "published_at")
"""In the indexes besides: filters by these are counted without a look at the entries."""


class UUIDv7(Func):
    """PostgreSQL's time-ordered uuid: new rows stay together in the index."""

    function = "uuidv7"
    output_field = models.UUIDField()


class DocumentKey(Func):
    """`document_key` of a field."""

    template = document_key_sql("%(expressions)s")
    arity = 1


@history.track(unchanged=True, exclude=["document_key"])
class Entry(models.Model):
    """条目: one subject on one list for one document. Not the subject: a rename never rewrites it (rule 9).

    References to what is never deleted (a trigger refuses it there) bear no foreign key check: see ADR 9.
    """

    id = models.UUIDField(primary_key=True, db_default=UUIDv7(), editable=False)
    credit_list = models.ForeignKey(
        CreditList,
        models.PROTECT,
        related_name="entries",
        verbose_name=_("list"),
        db_index=False,
        db_constraint=False,
    )
    list_version = models.ForeignKey(
        CreditListVersion,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("version of the list"),
        db_index=False,
        db_constraint=False,
    )
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="entries", verbose_name=_("subject"))
    subject_kind = models.CharField(_("kind as at listing"), max_length=20, choices=SubjectKind)
    subject_name = models.CharField(_("name as at listing"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=EntryState, default=EntryState.DRAFT)
    version = models.PositiveIntegerField(_("version"), default=0)
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="entries",
        verbose_name=_("deciding unit"),
        db_index=False,
        db_constraint=False,
    )
    basis = models.CharField(_("basis"), max_length=500)
    basis_kind = models.CharField(_("kind of basis"), max_length=20, choices=BasisKind, blank=True)
    document_number = models.CharField(_("document number of the decision"), max_length=100)
    document_key = models.GeneratedField(
        expression=DocumentKey("document_number"), output_field=models.TextField(), db_persist=True
    )
    document_on = models.DateField(_("date of the document"))
    decided_on = models.DateField(_("decided on"))
    act_ended_on = models.DateField(
        _("act ended on"),
        null=True,
        blank=True,
        help_text=_("The disclosure limit counts from this day; empty: from the date of the document."),
    )
    term_from = models.DateField(_("term from"))
    term_to = models.DateField(_("term to"))
    term_rule = models.ForeignKey(
        RuleProfile,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("rule that gave the term"),
        db_index=False,
        db_constraint=False,
    )
    grounds = models.CharField(_("grounds"), max_length=500)
    facts = models.TextField(_("facts"), blank=True)
    dishonesty_class = models.CharField(_("dishonesty class"), max_length=10, choices=DishonestyClass, blank=True)
    disclosure = models.CharField(_("disclosure"), max_length=10, choices=Disclosure)
    person_disclosure_basis = models.CharField(_("statutory exception"), max_length=300, blank=True)
    marks = ArrayField(models.CharField(max_length=30, choices=Mark), default=list, verbose_name=_("marks"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("made by"),
        db_index=False,
        db_constraint=False,
    )
    made_by_client = models.ForeignKey(
        ApiClient, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    defence_until = models.DateField(_("defence until"), null=True)
    defence_is_provisional = models.BooleanField(
        _("day of the defence is provisional"), default=False, db_default=False
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("submitted by"),
        db_index=False,
        db_constraint=False,
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("reviewed by"),
        db_index=False,
        db_constraint=False,
    )
    published_at = models.DateTimeField(_("published at"), null=True)
    last_publication = models.ForeignKey(
        Publication,
        models.PROTECT,
        null=True,
        related_name="entries",
        verbose_name=_("last publication"),
        db_constraint=False,
    )
    exit_on = models.DateField(_("left on"), null=True)
    exit_reason = models.CharField(_("exit reason"), max_length=20, choices=ExitReason, blank=True)
    from_import = models.ForeignKey(
        ListImport,
        models.PROTECT,
        null=True,
        related_name="entries",
        verbose_name=_("import"),
        db_constraint=False,
    )

    objects = EntryQuerySet.as_manager()

    classified = Classified(
        public="id credit_list list_version subject_kind version unit basis basis_kind document_number document_key "
        "document_on decided_on act_ended_on term_from "
        "term_to dishonesty_class disclosure published_at exit_on exit_reason",
        internal="state term_rule person_disclosure_basis defence_until defence_is_provisional marks "
        "made_by made_by_client made_at submitted_by reviewed_by last_publication from_import",
        personal="subject subject_name grounds facts",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        indexes = [
            models.Index(
                fields=["credit_list", "state", "-id"], include=["unit", *COUNTED_BY], name="entry_by_list_and_state"
            ),
            models.Index(
                fields=["unit", "state", "-id"], include=["credit_list", *COUNTED_BY], name="entry_by_unit_and_state"
            ),
            models.Index(
                fields=["term_to", "id"],
                include=["unit", "credit_list", "state"],
                condition=Q(state__in=ON_THE_LIST),
                name="entry_on_list_by_last_day",
            ),
            models.Index(
                fields=["credit_list", "-published_at", "-id"],
                include=["term_from", "term_to", "subject_kind"],
                condition=Q(state=EntryState.PUBLISHED, disclosure=Disclosure.PUBLIC)
                & ~Q(subject_kind=SubjectKind.NATURAL_PERSON),
                name="entry_public_by_list",
            ),
            models.Index(
                fields=["term_to"],
                include=["unit", "credit_list"],
                condition=Q(exit_reason=ExitReason.EXPIRED),
                name="entry_expired_by_last_day",
            ),
            models.Index(fields=["document_key"], name="entry_by_document"),
            models.Index(fields=["-id"], condition=~Q(marks=[]), name="entry_with_marks"),
            models.Index(
                fields=["id"], condition=Q(defence_is_provisional=True), name="entry_with_provisional_defence"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "credit_list", "document_key"],
                condition=~Q(state__in=[EntryState.DISCARDED, EntryState.PURGED]),
                name="entry_is_no_duplicate",  # rule 8
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None)
                | (
                    (Q(made_by=None) | ~Q(reviewed_by=F("made_by")))
                    & (Q(submitted_by=None) | ~Q(reviewed_by=F("submitted_by")))
                ),
                name="entry_is_reviewed_by_another_person",  # rule 4
            ),
            models.CheckConstraint(
                condition=~Q(state__in=WAS_PUBLISHED)
                | Q(
                    reviewed_by__isnull=False,
                    published_at__isnull=False,
                    last_publication__isnull=False,
                    version__gte=1,
                ),
                name="entry_published_was_reviewed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LEFT, exit_on__isnull=False) & ~Q(exit_reason="")
                | Q(state=EntryState.PURGED, published_at=None, exit_on=None, exit_reason="")
                | ~Q(state__in=LEFT) & Q(exit_on=None, exit_reason=""),
                name="entry_removal_has_a_reason",
            ),
            models.CheckConstraint(condition=Q(term_to__gte=F("term_from")), name="entry_term_ends_after_it_begins"),
            models.CheckConstraint(
                condition=~Q(subject_kind=SubjectKind.NATURAL_PERSON, disclosure=Disclosure.PUBLIC)
                | ~Q(person_disclosure_basis=""),
                name="natural_person_is_public_only_by_statute",  # rule 7
            ),
            models.CheckConstraint(
                condition=~Q(basis_kind__in=[BasisKind.SIMPLE_PENALTY, BasisKind.REMEDIED_PENALTY]),
                name="entry_rests_on_no_minor_penalty",  # rule 6, SD art. 13
            ),
            models.CheckConstraint(
                condition=Q(state=EntryState.PURGED, subject_kind=SubjectKind.ANONYMOUS)
                | ~Q(state=EntryState.PURGED) & ~Q(subject_kind=SubjectKind.ANONYMOUS),
                name="entry_purged_names_nobody",  # rule 10
            ),
            models.CheckConstraint(
                condition=~Q(state=EntryState.DRAFT) | Q(defence_until=None), name="draft_has_no_days_for_defence"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="name_as_at_listing_can_be_found",  # rule 9
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="listed"),
                func="""
                    INSERT INTO lists_subjectname (subject_id, name, source)
                    SELECT subject.id, listed.subject_name, 'LISTED'
                    FROM listed JOIN lists_subject subject ON subject.id = listed.subject_id
                    WHERE listed.subject_name NOT IN ('', subject.name)
                    ON CONFLICT DO NOTHING;
                    RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="corrected_name_can_be_found",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("subject_name"),
                condition=pgtrigger.Q(old__subject_name__df=pgtrigger.F("new__subject_name"))
                & ~pgtrigger.Q(new__subject_name=""),
                func="""
                    INSERT INTO lists_subjectname (subject_id, name, source)
                    VALUES (NEW.subject_id, NEW.subject_name, 'LISTED')
                    ON CONFLICT DO NOTHING;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_name} ({self.document_number})"

    @property
    def present_name(self) -> str:
        """What the subject is called now, where a change was recorded. A draft shows what its unit typed, no more."""
        is_renamed = self.state in WAS_PUBLISHED and self.subject.renamed_on is not None
        return self.subject.name if is_renamed else self.subject_name

    @property
    def is_in_force(self) -> bool:
        return self.state == EntryState.PUBLISHED and self.term_from <= clock.today() <= self.term_to

    @property
    def is_black(self) -> bool:
        return self.credit_list.kind == ListKind.BLACK

    @property
    def makers(self) -> set[int | None]:
        """Who made, revised or submitted this entry: they may not review it (rule 4)."""
        made = self.moves.filter(name__in=MAKING).values_list("by_id", flat=True)
        return {self.made_by_id, self.submitted_by_id, *made}

    @property
    def last_step_id(self) -> int | None:
        """What a person saw last: another one meanwhile is a conflict of edits."""
        return self.moves.order_by("-pk").values_list("pk", flat=True).first()


def black_entries_of(subject: int | OuterRef) -> EntryQuerySet:
    """The published black entries of a subject whose term has not ended, also one that begins later (rule 3)."""
    published = Entry.objects.filter(state=EntryState.PUBLISHED, term_to__gte=clock.today())
    return published.filter(credit_list__kind=ListKind.BLACK, subject=subject).order_by()


def own_work(user: User | None) -> Q:
    """Entries that this person made, revised or submitted at any time."""
    made = EntryMove.objects.filter(by=user, name__in=MAKING)
    return Q(made_by=user) | Q(submitted_by=user) | Q(pk__in=made.values("of"))


class EntryMove(MoveRecord):
    of = models.ForeignKey(Entry, models.PROTECT, related_name="moves", db_constraint=False)

    classified = Classified(internal="id of name from_state to_state by by_client unit at reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of an entry")
        verbose_name_plural = _("steps of entries")
        indexes = [models.Index(fields=["by"], condition=Q(name__in=MAKING), name="entry_move_by_maker")]


@history.track(gone=True)
class RelatedPerson(models.Model):
    """相关责任人, as at listing: a later change of representative never rewrites it (rule 9)."""

    entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="related_persons", verbose_name=_("entry"), db_constraint=False
    )
    role = models.CharField(_("role"), max_length=20, choices=PersonRole)
    name = models.CharField(_("name"), max_length=100)
    document_type = models.CharField(_("document type"), max_length=10, choices=DocumentType, blank=True)
    sealed_number = models.TextField(_("document number (sealed)"), blank=True)
    masked_number = models.CharField(_("document number (masked)"), max_length=30, blank=True)
    number_index = models.CharField(_("blind index"), max_length=64, blank=True)

    classified = Classified(
        internal="id entry role", personal="name document_type sealed_number masked_number number_index"
    )

    class Meta:
        ordering = ["id"]
        verbose_name = _("related person")
        verbose_name_plural = _("related persons")
        indexes = [
            models.Index(fields=["number_index"], condition=Q(number_index__gt=""), name="related_person_by_number")
        ]

    def __str__(self) -> str:
        return self.name
