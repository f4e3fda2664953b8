import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.kernel import crypto
from jinan_credit.kernel.classification import Classified
from lists.enums import DocumentType, NameSource, SubjectKind


class SubjectQuerySet(models.QuerySet["Subject"]):
    def with_document(self, document_type: str, number: str) -> "SubjectQuerySet":
        """Found by the blind index; the number itself is never compared in clear."""
        return self.filter(number_index=crypto.blind_index(document_type, number))

    def with_code(self, code: str) -> "SubjectQuerySet":
        """Found by its code or by one that it bore earlier: two index look-ups. The only way to look one up by code."""
        now = Subject.objects.filter(code=code).values("pk")
        return self.filter(pk__in=now.union(SubjectCode.objects.filter(code=code).values("subject")))

    def anonymous(self) -> "Subject":
        """Nobody: whose what was emptied is from then on (rule 10). Two purges at once may each have made one."""
        kind = SubjectKind.ANONYMOUS
        return self.filter(kind=kind).order_by("pk").first() or self.create(kind=kind, name="")


@history.track(gone=True)
class Subject(models.Model):
    """信用主体: a legal person, other organisation or sole trader by USCC, a natural person by document.

    `name` is what whoever entered it first typed, perhaps in a draft that nobody else sees, until a change of the name
    is recorded: pages show `Entry.present_name`.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=SubjectKind)
    name = models.CharField(_("name"), max_length=200)
    code = models.CharField(_("unified social credit code"), max_length=18, null=True, blank=True)
    document_type = models.CharField(_("document type"), max_length=10, choices=DocumentType, blank=True)
    sealed_number = models.TextField(_("document number (sealed)"), blank=True)
    masked_number = models.CharField(_("document number (masked)"), max_length=30, blank=True)
    number_index = models.CharField(_("blind index"), max_length=64, null=True, blank=True)
    renamed_on = models.DateField(_("name changed on"), null=True, blank=True)
    ceased_on = models.DateField(_("ceased or died on"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = SubjectQuerySet.as_manager()

    classified = Classified(
        public="kind code",
        internal="id renamed_on ceased_on created_at",
        personal="name document_type sealed_number masked_number number_index",
    )

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        indexes = [
            models.Index(fields=["id"], condition=Q(ceased_on__isnull=False), name="subject_that_ceased"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="name_can_be_found",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="borne"),
                func="""
                    INSERT INTO lists_subjectname (subject_id, name, source)
                    SELECT id, name, 'REGISTERED' FROM borne WHERE name <> '';
                    RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="new_name_can_be_found",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("name"),
                condition=pgtrigger.Q(old__name__df=pgtrigger.F("new__name")) & ~pgtrigger.Q(new__name=""),
                func="""
                    INSERT INTO lists_subjectname (subject_id, name, source)
                    VALUES (NEW.id, NEW.name, 'REGISTERED')
                    ON CONFLICT DO NOTHING;
                    RETURN NULL;
                """,
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="code_names_one_subject"),
            models.UniqueConstraint(fields=["number_index"], name="document_names_one_subject"),
            models.CheckConstraint(
                condition=Q(kind=SubjectKind.NATURAL_PERSON, number_index__isnull=False)
                | Q(kind=SubjectKind.ANONYMOUS, name="", code=None, number_index=None)
                | (~Q(kind__in=[SubjectKind.NATURAL_PERSON, SubjectKind.ANONYMOUS]) & Q(code__isnull=False)),
                name="subject_has_the_identifier_of_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_person(self) -> bool:
        return self.kind == SubjectKind.NATURAL_PERSON

    @property
    def identifier(self) -> str:
        """What staff see: the USCC, or the masked document number."""
        return self.code or self.masked_number


class SubjectName(models.Model):
    """A name under which a subject is found: registered, former, or as at a listing (rule 9).

    Rows come by triggers of the subject and the entry, so that no path can forget them. `core`, `initials`, `keys` and
    `grams` are what the matching engine looks up; None until it has read the name.
    """

    subject = models.ForeignKey(
        Subject, models.CASCADE, related_name="names", verbose_name=_("subject"), db_index=False
    )
    name = models.CharField(_("name"), max_length=200)
    source = models.CharField(_("source"), max_length=10, choices=NameSource, default=NameSource.REGISTERED)
    until_on = models.DateField(_("borne until"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("change recorded at"), null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("change recorded by"),
        db_index=False,
    )
    reason = models.CharField(_("reason for the change"), max_length=500, blank=True, db_default="")
    core = models.CharField(max_length=200, null=True)
    initials = models.CharField(max_length=200, null=True)
    keys = ArrayField(models.IntegerField(), null=True)
    grams = ArrayField(models.IntegerField(), null=True)

    classified = Classified(
        internal="id subject source until_on recorded_at recorded_by reason", personal="name core initials keys grams"
    )

    class Meta:
        verbose_name = _("name of a subject")
        verbose_name_plural = _("names of subjects")
        indexes = [
            GinIndex(fields=["keys"], name="subject_name_by_key", fastupdate=False, condition=Q(keys__isnull=False)),
            GinIndex(fields=["grams"], name="subject_name_by_gram", fastupdate=False, condition=Q(grams__isnull=False)),
            models.Index(
                fields=["core"],
                name="subject_name_by_core",
                opclasses=["varchar_pattern_ops"],
                condition=Q(core__gt=""),
            ),
            models.Index(
                fields=["initials"],
                name="subject_name_by_initials",
                opclasses=["varchar_pattern_ops"],
                condition=Q(initials__gt=""),
            ),
            models.Index(fields=["id"], name="subject_name_not_read_yet", condition=Q(keys=None)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["subject", "name"], name="subject_bears_a_name_once"),
            models.CheckConstraint(
                condition=Q(recorded_at=None, recorded_by=None)
                | Q(recorded_at__isnull=False, recorded_by__isnull=False) & ~Q(reason=""),
                name="change_of_a_name_has_a_person_and_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SubjectCode(models.Model):
    """An older code of an organisation: its registration number, organisation code or an earlier USCC."""

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="older_codes", verbose_name=_("subject"))
    code = models.CharField(_("code"), max_length=30)
    label = models.CharField(_("what code"), max_length=50, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("recorded by"),
        db_index=False,
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True, db_default="")

    classified = Classified(public="id subject code label", internal="recorded_at recorded_by reason")

    class Meta:
        verbose_name = _("older code")
        verbose_name_plural = _("older codes")
        constraints = [
            models.UniqueConstraint(fields=["code"], name="older_code_names_one_subject"),
            models.CheckConstraint(
                condition=Q(recorded_at=None, recorded_by=None)
                | Q(recorded_at__isnull=False, recorded_by__isnull=False) & ~Q(reason=""),
                name="older_code_has_a_person_and_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.code
