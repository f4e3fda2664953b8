from django.urls import path

from jinan_credit.oversight.rows import ROWS
from jinan_credit.oversight.views import audit, city_report, dashboard, figures, supervision

urlpatterns = [
    path("oversight/", dashboard.oversight, name="oversight"),
    path("oversight/escalated/", dashboard.escalated, name="escalated_cases"),
    path("oversight/figures/<slug:code>/", figures.figure_page, name="oversight_figures"),
    path("oversight/figures/<slug:code>/file/", figures.figure_file, name="oversight_file"),
    *(path(f"oversight/{code}/", figures.figure_rows, {"code": code}, name=f"oversight_{code}") for code in ROWS),
    path("audit/", audit.access_page, name="audit"),
    path("audit/changes/", audit.changes_page, name="audit_changes"),
    path("audit/seals/", audit.seals_page, name="audit_seals"),
    path("audit/export/access/", audit.export, {"page": "ACCESS"}, name="audit_access_export"),
    path("audit/export/changes/", audit.export, {"page": "CHANGES"}, name="audit_changes_export"),
    path("supervision/", supervision.supervision, name="supervision"),
    path("supervision/new/", supervision.make, name="supervision_new"),
    path("supervision/<int:pk>/", supervision.notice_page, name="supervision_notice"),
    path("supervision/<int:pk>/edit/", supervision.edit, name="supervision_edit"),
    path("supervision/<int:pk>/return/", supervision.return_page, name="supervision_return"),
    path("supervision/<int:pk>/move/", supervision.move, name="supervision_move"),
    path("supervision/documents/<int:pk>/", supervision.document, name="supervision_document"),
    path("oversight/reports/", city_report.report_list, name="city_reports"),
    path("oversight/reports/new/", city_report.report_new, name="city_report_new"),
    path("oversight/reports/<int:pk>/", city_report.report_page, name="city_report"),
    path("oversight/reports/<int:pk>/edit/", city_report.report_edit, name="city_report_edit"),
    path("oversight/reports/<int:pk>/issue/", city_report.report_issue, name="city_report_issue"),
    path("oversight/reports/<int:pk>/move/", city_report.report_move, name="city_report_move"),
    path("oversight/reports/<int:pk>/file/", city_report.report_file, name="city_report_file"),
]
