from django.urls import path

from sanctions.views import batches, portfolios

urlpatterns = [
    path("screening-batches/", batches.batch_list, name="batches"),
    path("screening-batches/new/", batches.batch_new, name="batch_new"),
    path("screening-batches/template/", batches.batch_template, name="batch_template"),
    path("screening-batches/<int:pk>/", batches.batch_page, name="batch"),
    path("screening-batches/<int:pk>/copy/", batches.batch_copy, name="batch_copy"),
    path("screening-batches/<int:pk>/copy/again/", batches.batch_copy_again, name="batch_copy_again"),
    path("screening-batches/<int:pk>/keep/", batches.batch_keep, name="batch_keep"),
    path("portfolios/", portfolios.portfolio_list, name="portfolios"),
    path("portfolios/new/", portfolios.portfolio_new, name="portfolio_new"),
    path("portfolios/changes/", portfolios.portfolio_changes, name="portfolio_changes"),
    path("portfolios/<int:pk>/", portfolios.portfolio_page, name="portfolio"),
    path("portfolios/<int:pk>/file/", portfolios.portfolio_file, name="portfolio_file"),
    path("portfolios/<int:pk>/end/", portfolios.portfolio_end, name="portfolio_end"),
    path("portfolios/parties/<int:pk>/drop/", portfolios.party_drop, name="portfolio_party_drop"),
]
