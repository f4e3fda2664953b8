from django.urls import path

from jinan_credit.oversight.views import dashboard

urlpatterns = [
    path("oversight/", dashboard.oversight, name="oversight"),
    path("oversight/escalated/", dashboard.escalated, name="escalated_cases"),
    path("oversight/tasks/", dashboard.figure_rows, name="oversight_tasks"),
]
