from datetime import date
from typing import Any

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.contrib.postgres.fields.ranges import DateRangeField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.kernel.classification import Classified
from jinan_credit.kernel.errors import DomainError


class ParameterMissing(DomainError, KeyError):
    """Also a KeyError, so that a template which asks a profile for a field goes on to the attribute."""


class RuleProfileQuerySet(models.QuerySet["RuleProfile"]):
    def valid(self, on: date) -> "RuleProfileQuerySet":
        return self.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gte=on))

    def for_case(self, code: str, on: date) -> "RuleProfile":
        """The profile a case opened on this day is held under; `rule_profile_missing` when none is valid."""
        profile = self.valid(on).filter(code=code).first()
        if profile is None:
            raise DomainError(
                "rule_profile_missing",
                _("No rules “%(code)s” are valid on %(on)s. The coordinator keeps them in the catalogue.")
                % {"code": code, "on": on},
            )
        return profile


@history.track()
class RuleProfile(models.Model):
    """The numbers of a rule, dated: the rules changed four times in nine years (domain: preamble).

    A case keeps the profile it was opened under, so none is ever deleted. `parameters` maps names to
    numbers, e.g. {"accept_wd": 3}.
    """

    code = models.SlugField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    legal_basis = models.CharField(_("legal basis"), max_length=300)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    parameters = models.JSONField(_("parameters"), default=dict)
    is_default = models.BooleanField(_("our default, where no rule gives a number"), default=False)

    objects = RuleProfileQuerySet.as_manager()

    classified = Classified(public="id code title legal_basis valid_from valid_to parameters is_default")

    class Meta:
        ordering = ["code", "valid_from"]
        verbose_name = _("rule profile")
        verbose_name_plural = _("rule profiles")
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]
        constraints = [
            ExclusionConstraint(
                name="rule_profiles_of_one_code_do_not_overlap",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.legal_basis})"

    def __getitem__(self, name: str) -> Any:
        """A parameter by name; `rule_parameter_missing` when the profile does not give it."""
        try:
            return self.parameters[name]
        except KeyError:
            raise ParameterMissing(
                "rule_parameter_missing",
                _("The rules “%(code)s” do not give “%(name)s”.") % {"code": self.code, "name": name},
            ) from None
