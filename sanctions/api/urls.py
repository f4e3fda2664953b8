from django.urls import path

from sanctions.api.cases import CasesView, CaseView
from sanctions.api.executions import ExecutionCancelView, ExecutionsView
from sanctions.api.screenings import ScreeningCloseView, ScreeningsView, ScreeningView
from sanctions.api.tasks import (
    ConfirmReleaseView,
    NotExecutedView,
    NothingToFeedBackView,
    SignView,
    TasksView,
    TaskView,
)

urlpatterns = [
    path("screenings/", ScreeningsView.as_view(), name="api_screenings"),
    path("screenings/<uuid:pk>/", ScreeningView.as_view(), name="api_screening"),
    path("screenings/<uuid:pk>/close/", ScreeningCloseView.as_view(), name="api_screening_close"),
    path("executions/", ExecutionsView.as_view(), name="api_executions"),
    path("executions/<int:pk>/cancel/", ExecutionCancelView.as_view(), name="api_execution_cancel"),
    path("cases/", CasesView.as_view(), name="api_cases"),
    path("cases/<int:pk>/", CaseView.as_view(), name="api_case"),
    path("tasks/", TasksView.as_view(), name="api_tasks"),
    path("tasks/<int:pk>/", TaskView.as_view(), name="api_task"),
    path("tasks/<int:pk>/sign/", SignView.as_view(), name="api_task_sign"),
    path("tasks/<int:pk>/confirm-release/", ConfirmReleaseView.as_view(), name="api_task_confirm_release"),
    path("tasks/<int:pk>/nothing-to-feed-back/", NothingToFeedBackView.as_view(), name="api_task_nothing"),
    path("tasks/<int:pk>/not-executed/", NotExecutedView.as_view(), name="api_task_not_executed"),
]
