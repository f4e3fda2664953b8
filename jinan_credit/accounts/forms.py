from django.forms.renderers import TemplatesSetting


class CreditFormRenderer(TemplatesSetting):
    """Every form and field of the site looks the same: templates/_components/."""

    form_template_name = "_components/form.html"
    field_template_name = "_components/field.html"
