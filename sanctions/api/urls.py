from django.urls import path

from sanctions.api.batches import (
    BatchesView,
    BatchResultsView,
    BatchView,
    PortfolioBatchesView,
    PortfolioChangesView,
    PortfolioEndView,
    PortfolioFilesView,
    PortfoliosView,
    PortfolioView,
)
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
    path("screening-batches/", BatchesView.as_view(), name="api_batches"),
    path("screening-batches/<int:pk>/", BatchView.as_view(), name="api_batch"),
    path("screening-batches/<int:pk>/results/", BatchResultsView.as_view(), name="api_batch_results"),
    path("portfolios/", PortfoliosView.as_view(), name="api_portfolios"),
    path("portfolios/<int:pk>/", PortfolioView.as_view(), name="api_portfolio"),
    path("portfolios/<int:pk>/files/", PortfolioFilesView.as_view(), name="api_portfolio_files"),
    path("portfolios/<int:pk>/batches/", PortfolioBatchesView.as_view(), name="api_portfolio_batches"),
    path("portfolios/<int:pk>/changes/", PortfolioChangesView.as_view(), name="api_portfolio_changes"),
    path("portfolios/<int:pk>/end/", PortfolioEndView.as_view(), name="api_portfolio_end"),
    path("executions/", ExecutionsView.as_view(), name="api_executions"),
    path("executions/<int:pk>/cancel/", ExecutionCancelView.as_view(), name="api_execution_cancel"),
    path("tasks/", TasksView.as_view(), name="api_tasks"),
    path("tasks/<int:pk>/", TaskView.as_view(), name="api_task"),
    path("tasks/<int:pk>/sign/", SignView.as_view(), name="api_task_sign"),
    path("tasks/<int:pk>/confirm-release/", ConfirmReleaseView.as_view(), name="api_task_confirm_release"),
    path("tasks/<int:pk>/nothing-to-feed-back/", NothingToFeedBackView.as_view(), name="api_task_nothing"),
    path("tasks/<int:pk>/not-executed/", NotExecutedView.as_view(), name="api_task_not_executed"),
]
