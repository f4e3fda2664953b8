"""Every component with sample data, on a workstation only: what a new page is built of."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import django_filters
import django_tables2
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import RoleGrant, Unit
from jinan_credit.accounts.staff import staff_page
from jinan_credit.accounts.states import LOOK_OF_STATE
from jinan_credit.accounts.tables import NUMBER, Cell, paged
from jinan_credit.accounts.workbench import Counter
from jinan_credit.kernel import clock
from jinan_credit.kernel.panels import Panel
from jinan_credit.kernel.workflow import Move


class SampleForm(forms.Form):
    name = forms.CharField(label="主体名称", help_text="与营业执照一致", max_length=20)
    kind = forms.ChoiceField(label="主体类别", choices=[("", "—"), ("LEGAL", "法人"), ("PERSON", "自然人")])
    listed_on = forms.DateField(label="认定日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label="列入事由", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    disclosure = forms.ChoiceField(
        label="披露方式", choices=[("PUBLIC", "社会公示"), ("GOVERNMENT", "政府共享")], widget=forms.RadioSelect
    )
    file = forms.FileField(label="附件", required=False)
    promise = forms.BooleanField(label="已核对原件")


class SampleFilter(django_filters.FilterSet):
    role = django_filters.ChoiceFilter(label="角色", choices=Role.choices)
    user = django_filters.CharFilter(field_name="user__username", lookup_expr="icontains", label="用户名")

    class Meta:
        model = RoleGrant
        fields = ["role", "user"]


class SampleTable(django_tables2.Table):
    name = django_tables2.Column("名称")
    state = Cell("{% status record.state record.label %}", verbose_name="状态")
    amount = django_tables2.Column("数量", attrs=NUMBER)
    on = Cell("{{ record.on|day }}", verbose_name="日期")


@staff_page()
@require_http_methods(["GET", "POST"])
def gallery(request: HttpRequest) -> HttpResponse:
    if not settings.SITE_IS_LOCAL:
        raise Http404
    form = SampleForm(request.POST) if request.method == "POST" else SampleForm()
    if request.method == "POST":
        form.is_valid()
    elif "messages" in request.GET:
        messages.success(request, "已发布 12 条,推送至 35 个单位。")
        messages.error(request, "文件表头不符:缺少“文书日期”。")
    roles = SampleFilter(request.GET, queryset=RoleGrant.objects.order_by("pk"))
    return render(
        request,
        "accounts/gallery.html",
        {
            "states": list(LOOK_OF_STATE),
            "form": form,
            "filter": roles,
            "total": roles.qs.count(),
            "table": paged(request, SampleTable(_rows()), per_page=5),
            "empty_table": SampleTable([], empty_text="没有符合条件的条目"),
            "counters": [
                Counter("待签收", 12, "#"),
                Counter("已逾期", 3, "#", is_urgent=True),
                Counter("待反馈", 0, "#"),
            ],
            "facts": [("文书号", "济环罚〔2026〕12号"), ("认定日期", clock.today()), ("金额", None)],
            "moves": _moves(),
            "effects": {"publish": "将推送至 35 个单位,并向社会公示。"},
            "log": _log(),
            "days": [clock.today() + timedelta(days=days) for days in (-2, 0, 1, 5)],
            "panel": Panel("面板", "accounts/gallery_panel.html", {"sentence": "上层应用加在下层页面上的内容。"}),
            "now": clock.now(),
            "first_unit": Unit.objects.first(),
        },
    )


def _rows() -> list[dict[str, Any]]:
    states = [("PUBLISHED", "已发布"), ("IN_REVIEW", "待审核"), ("RETURNED", "已退回"), ("OVERDUE", "已逾期")]
    return [
        {
            "name": f"济南示例企业{number}有限公司",
            "state": states[number % 4][0],
            "label": states[number % 4][1],
            "amount": number * 37,
            "on": clock.today() - timedelta(days=number),
        }
        for number in range(1, 13)
    ]


def _moves() -> list[Move]:
    return [
        Move("publish", "发布", ("IN_REVIEW",), "PUBLISHED", "PUBLISH_ENTRIES"),
        Move("return", "退回", ("IN_REVIEW",), "RETURNED", "PUBLISH_ENTRIES", needs_reason=True),
        Move("remove", "驳回", ("IN_REVIEW",), "REFUSED", "PUBLISH_ENTRIES", needs_reason=True),
        Move("sign", "签收", ("TO_SIGN",), "SIGNED", "SIGN_TASKS"),
    ]


def _log() -> list[Any]:
    at = clock.now()
    lines = [
        ("submit", "DRAFT", "IN_REVIEW", "王芳", "市生态环境局", ""),
        ("return", "IN_REVIEW", "RETURNED", "李强", "市生态环境局", "文书日期与扫描件不符,请核对。"),
        ("publish", "IN_REVIEW", "PUBLISHED", "李强", "市生态环境局", ""),
        ("expire", "PUBLISHED", "REMOVED", "", "", "公示期届满"),
    ]
    return [
        SimpleNamespace(
            name=name,
            from_state=before,
            to_state=after,
            by=by,
            by_client="",
            unit=unit,
            at=at + timedelta(days=i),
            reason=why,
        )
        for i, (name, before, after, by, unit, why) in enumerate(lines)
    ]
