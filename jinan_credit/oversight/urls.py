from django.urls import path

from jinan_credit.oversight.rows import ROWS
from jinan_credit.oversight.views import dashboard, figures, supervision

urlpatterns = [
    path("oversight/", dashboard.oversight, name="oversight"),
    path("oversight/escalated/", dashboard.escalated, name="escalated_cases"),
    path("oversight/figures/<slug:code>/", figures.figure_page, name="oversight_figures"),
    path("oversight/figures/<slug:code>/file/", figures.figure_file, name="oversight_file"),
    *(path(f"oversight/{code}/", figures.figure_rows, {"code": code}, name=f"oversight_{code}") for code in ROWS),
    path("supervision/", supervision.supervision, name="supervision"),
    path("supervision/new/", supervision.make, name="supervision_new"),
    path("supervision/<int:pk>/", supervision.notice_page, name="supervision_notice"),
    path("supervision/<int:pk>/edit/", supervision.edit, name="supervision_edit"),
    path("supervision/<int:pk>/return/", supervision.return_page, name="supervision_return"),
    path("supervision/<int:pk>/move/", supervision.move, name="supervision_move"),
    path("supervision/documents/<int:pk>/", supervision.document, name="supervision_document"),
]
