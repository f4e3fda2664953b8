import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.enums import SANCTIONS, MeasureCategory, MeasureKind, MeasureObject, ResponsibilityRole, Severity
from catalog.models.memorandum import MemorandumVersion
from jinan_credit.accounts import history
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.classification import Classified


@history.track(gone=True)
class LegalBasis(models.Model):
    """A law, regulation or document and the article that carries a measure."""

    title = models.CharField(_("title"), max_length=200)
    article = models.CharField(_("article"), max_length=100, blank=True)

    classified = Classified(public="id title article")

    class Meta:
        ordering = ["title", "article"]
        verbose_name = _("legal basis")
        verbose_name_plural = _("legal bases")
        constraints = [models.UniqueConstraint(fields=["title", "article"], name="legal_basis_is_unique")]

    def __str__(self) -> str:
        return f"《{self.title}》{self.article}"


@history.track(gone=True)
class Measure(models.Model):
    """A clause of a memorandum: a reward or a sanction, with what carries it and who applies it (rule 2)."""

    version = models.ForeignKey(
        MemorandumVersion, models.PROTECT, related_name="measures", verbose_name=_("memorandum version")
    )
    code = models.SlugField(_("code"), max_length=40, help_text=_("The same in every version of the memorandum."))
    clause = models.CharField(_("clause"), max_length=50)
    content = models.TextField(_("content"))
    kind = models.CharField(_("kind"), max_length=10, choices=MeasureKind)
    category = models.CharField(_("category"), max_length=20, choices=MeasureCategory)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, default=Severity.ORDINARY)
    procedure = models.TextField(_("procedure"), blank=True)
    applies_to = models.CharField(
        _("applies to"), max_length=15, choices=MeasureObject, default=MeasureObject.ORGANISATION
    )
    bases = models.ManyToManyField(LegalBasis, related_name="measures", verbose_name=_("legal bases"))
    responsible_units = models.ManyToManyField(
        Unit, through="MeasureResponsibility", related_name="measures", verbose_name=_("responsible units")
    )
    by_all_units = models.BooleanField(
        _("for all units concerned"), default=False, help_text=_("市有关部门: every active unit of the city.")
    )
    source = models.CharField(_("source"), max_length=200)

    classified = Classified(
        public="id version code clause content kind category severity procedure applies_to by_all_units source"
    )

    class Meta:
        ordering = ["version", "code"]
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="measure_code_is_unique_in_its_version"),
            models.CheckConstraint(
                condition=Q(kind=MeasureKind.SANCTION, category__in=SANCTIONS)
                | (Q(kind=MeasureKind.REWARD) & ~Q(category__in=SANCTIONS)),
                name="measure_category_is_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(severity=Severity.ORDINARY) | Q(kind=MeasureKind.SANCTION),
                name="severe_measure_is_a_sanction",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="circulated_is_never_deleted",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                func="""
                    IF (SELECT state FROM catalog_memorandumversion WHERE id = OLD.version_id) <> 'DRAFT' THEN
                        RAISE EXCEPTION 'a measure of a version that was circulated is never deleted';
                    END IF;
                    RETURN OLD;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.content


@history.track(gone=True)
class MeasureResponsibility(models.Model):
    measure = models.ForeignKey(Measure, models.CASCADE, related_name="responsibilities", verbose_name=_("measure"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="responsibilities", verbose_name=_("unit"))
    role = models.CharField(_("role"), max_length=10, choices=ResponsibilityRole, default=ResponsibilityRole.APPLIES)
    exception_basis = models.CharField(
        _("law that lets it apply the measure"),
        max_length=300,
        blank=True,
        help_text=_("Only where a unit of this kind could not apply such a measure otherwise."),
    )

    classified = Classified(public="id measure unit role exception_basis")

    class Meta:
        verbose_name = _("responsible unit")
        verbose_name_plural = _("responsible units")
        constraints = [models.UniqueConstraint(fields=["measure", "unit"], name="unit_is_responsible_once")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.get_role_display()}"
