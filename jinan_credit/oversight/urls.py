from django.urls import path

from jinan_credit.oversight.rows import ROWS
from jinan_credit.oversight.views import dashboard, figures

urlpatterns = [
    path("oversight/", dashboard.oversight, name="oversight"),
    path("oversight/escalated/", dashboard.escalated, name="escalated_cases"),
    path("oversight/figures/<slug:code>/", figures.figure_page, name="oversight_figures"),
    path("oversight/figures/<slug:code>/file/", figures.figure_file, name="oversight_file"),
    *(path(f"oversight/{code}/", figures.figure_rows, {"code": code}, name=f"oversight_{code}") for code in ROWS),
]
