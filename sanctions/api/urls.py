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
from sanctions.api.cases import CasesView, CaseView
from sanctions.api.executions import AttachmentsView, AttachmentView, ExecutionCancelView, ExecutionsView
from sanctions.api.promises import PromiseBreakView, PromiseKeepView, PromiseReopenView, PromisesView
from sanctions.api.screenings import (
    NotSamePartyView,
    NotSamePartyWithdrawView,
    ScreeningAnswersView,
    ScreeningCloseView,
    ScreeningsView,
    ScreeningView,
)
from sanctions.api.tasks import (
    ConfirmReleaseView,
    NotExecutedView,
    NothingToFeedBackView,
    ResponsesView,
    SignView,
    TasksView,
    TaskView,
)

urlpatterns = [
    path("screenings/", ScreeningsView.as_view(), name="api_screenings"),
    path("screenings/<uuid:pk>/", ScreeningView.as_view(), name="api_screening"),
    path("screenings/<uuid:pk>/close/", ScreeningCloseView.as_view(), name="api_screening_close"),
    path("screenings/<uuid:pk>/answers/", ScreeningAnswersView.as_view(), name="api_screening_answers"),
    path("screenings/<uuid:pk>/not-same/", NotSamePartyView.as_view(), name="api_not_same"),
    path("screenings/<uuid:pk>/not-same/withdraw/", NotSamePartyWithdrawView.as_view(), name="api_not_same_withdraw"),
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
    path("executions/<int:pk>/attachments/", AttachmentsView.as_view(), name="api_execution_attachments"),
    path(
        "executions/<int:pk>/attachments/<int:attachment>/", AttachmentView.as_view(), name="api_execution_attachment"
    ),
    path("promises/", PromisesView.as_view(), name="api_promises"),
    path("promises/<int:pk>/keep/", PromiseKeepView.as_view(), name="api_promise_keep"),
    path("promises/<int:pk>/break/", PromiseBreakView.as_view(), name="api_promise_break"),
    path("promises/<int:pk>/reopen/", PromiseReopenView.as_view(), name="api_promise_reopen"),
    path("responses/", ResponsesView.as_view(), name="api_responses"),
    path("cases/", CasesView.as_view(), name="api_cases"),
    path("cases/<int:pk>/", CaseView.as_view(), name="api_case"),
    path("tasks/", TasksView.as_view(), name="api_tasks"),
    path("tasks/<int:pk>/", TaskView.as_view(), name="api_task"),
    path("tasks/<int:pk>/sign/", SignView.as_view(), name="api_task_sign"),
    path("tasks/<int:pk>/confirm-release/", ConfirmReleaseView.as_view(), name="api_task_confirm_release"),
    path("tasks/<int:pk>/nothing-to-feed-back/", NothingToFeedBackView.as_view(), name="api_task_nothing"),
    path("tasks/<int:pk>/not-executed/", NotExecutedView.as_view(), name="api_task_not_executed"),
]
