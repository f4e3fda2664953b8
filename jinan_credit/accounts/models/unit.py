from datetime import date

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.accounts.enums import AUTHORITIES, DataProfile, MailTo, UnitKind
from jinan_credit.kernel.classification import Classified


class UnitQuerySet(models.QuerySet["Unit"]):
    def active(self, on: date) -> "UnitQuerySet":
        return self.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gte=on))


@history.track()
class Unit(models.Model):  # type: ignore[django-manager-missing]
    """A department, court, customs office, district, association. Units merge: the successor takes over."""

    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=100, unique=True)
    full_name = models.CharField(_("full name"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind, default=UnitKind.ADMINISTRATION)
    valid_from = models.DateField(_("valid from"), default=date(2017, 6, 13))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("successor")
    )
    is_city_unit = models.BooleanField(_("counts among the city's units concerned (市有关部门)"), default=True)
    data_profile = models.CharField(_("data profile"), max_length=10, choices=DataProfile, default=DataProfile.FULL)
    contact_email = models.EmailField(_("contact address"), blank=True)
    mail_to = models.CharField(
        _("mails go to"), max_length=10, choices=MailTo, default=MailTo.CONTACT, db_default=MailTo.CONTACT
    )
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = UnitQuerySet.as_manager()

    classified = Classified(
        public="id code name full_name kind valid_from valid_to successor is_city_unit source",
        internal="data_profile contact_email mail_to",
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="unit_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | ~Q(successor=F("id")), name="unit_does_not_succeed_itself"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AUTHORITIES) | Q(data_profile=DataProfile.MASKED),
                name="only_authorities_get_document_numbers",
                violation_error_message=_("Units that are no authority get masked data. Choose that data profile."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
