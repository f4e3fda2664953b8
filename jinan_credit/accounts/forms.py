from django.forms import BaseForm, DateInput
from django.forms.renderers import TemplatesSetting

from jinan_credit.kernel.errors import DomainError


class CreditFormRenderer(TemplatesSetting):
    """Every form and field of the site looks the same: templates/_components/."""

    form_template_name = "_components/form.html"
    field_template_name = "_components/field.html"


class DayInput(DateInput):
    """A day chosen from the browser's calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def add_refusal(form: BaseForm, refusal: DomainError) -> None:
    """Show a service's refusal at the field it is about, or on top; what was typed stays."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
