from django.urls import path

from lists.views import catalogue, credit_lists, entries, import_steps, imports, publications, review

urlpatterns = [
    path("entries/", entries.entries, name="entries"),
    path("entries/new/", entries.entry_new, name="entry_new"),
    path("entries/submit/", entries.submit_selected, name="entries_submit"),
    path("entries/<uuid:pk>/", entries.entry, name="entry"),
    path("entries/<uuid:pk>/edit/", entries.entry_edit, name="entry_edit"),
    path("entries/<uuid:pk>/move/", entries.entry_move, name="entry_move"),
    path("entries/<uuid:pk>/number/", entries.entry_number, name="entry_number"),
    path("entries/<uuid:pk>/correct/", entries.entry_correct, name="entry_correct"),
    path("entries/<uuid:pk>/remove/", entries.entry_remove, name="entry_remove"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/template.<str:extension>", imports.import_template, name="import_template"),
    path("imports/<int:pk>/", import_steps.import_page, name="import"),
    path("imports/<int:pk>/confirm/", import_steps.import_confirm, name="import_confirm"),
    path("imports/<int:pk>/cancel/", import_steps.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/undo/", import_steps.import_reverse, name="import_reverse"),
    path("imports/<int:pk>/copy.xlsx", import_steps.import_copy, name="import_copy"),
    path("review/", review.review, name="review"),
    path("review/group/", review.review_group, name="review_group"),
    path("review/decide/", review.review_decide, name="review_decide"),
    path("proposals/<int:pk>/", review.proposal, name="proposal"),
    path("publications/", publications.publications, name="publications"),
    path("publications/<int:pk>/", publications.publication, name="publication"),
    path("lists/", credit_lists.credit_lists, name="credit_lists"),
    path("lists/new/", catalogue.credit_list_new, name="credit_list_new"),
    path("lists/<slug:code>/", credit_lists.credit_list, name="credit_list"),
    path("lists/<slug:code>/edit/", catalogue.credit_list_edit, name="credit_list_edit"),
    path("lists/<slug:code>/versions/<int:number>/", catalogue.credit_list_version, name="credit_list_version"),
]
