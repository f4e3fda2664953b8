from django.urls import path

from catalog.views import editions, key_tasks, measures, memoranda, memorandum_drafts

urlpatterns = [
    path("memoranda/", memoranda.memoranda, name="memoranda"),
    path("memoranda/new/", memoranda.memorandum_new, name="memorandum_new"),
    path("memoranda/receipts/<int:pk>/confirm/", memoranda.receipt_confirm, name="receipt_confirm"),
    path("memoranda/<int:number>/<int:version>/", memoranda.memorandum, name="memorandum"),
    path(
        "memoranda/<int:number>/<int:version>/correct/",
        memorandum_drafts.memorandum_correct,
        name="memorandum_correct",
    ),
    path("memoranda/<int:number>/<int:version>/revise/", memoranda.memorandum_revise, name="memorandum_revise"),
    path("memoranda/<int:number>/<int:version>/in-force/", memoranda.memorandum_in_force, name="memorandum_in_force"),
    path("memoranda/<int:number>/<int:version>/lapse/", memoranda.memorandum_lapse, name="memorandum_lapse"),
    path("memoranda/<int:number>/<int:version>/measures/new/", measures.measure_new, name="measure_new"),
    path("memoranda/measures/<int:pk>/", measures.measure_edit, name="measure_edit"),
    path("key-tasks/", key_tasks.key_tasks, name="key_tasks"),
    path("key-tasks/<int:number>/", key_tasks.key_task, name="key_task"),
    path("key-tasks/<int:number>/ask/", key_tasks.key_task_ask, name="key_task_ask"),
    path("key-tasks/<int:number>/note/", key_tasks.key_task_note, name="key_task_note"),
    path("key-tasks/<int:number>/reports/new/", key_tasks.key_task_report_new, name="key_task_report_new"),
    path("key-tasks/reports/<int:pk>/", key_tasks.key_task_report, name="key_task_report"),
    path("key-tasks/reports/<int:pk>/edit/", key_tasks.key_task_report_edit, name="key_task_report_edit"),
    path(
        "key-tasks/reports/<int:pk>/evidence/<int:evidence_pk>/", key_tasks.key_task_evidence, name="key_task_evidence"
    ),
    path("information-catalogue/", editions.catalog_editions, name="catalog_editions"),
    path("information-catalogue/new/", editions.catalog_edition_new, name="catalog_edition_new"),
    path("information-catalogue/updates/", editions.catalog_updates, name="catalog_updates"),
    path("information-catalogue/<int:pk>/", editions.catalog_edition, name="catalog_edition"),
    path("information-catalogue/<int:pk>/edit/", editions.catalog_edition_edit, name="catalog_edition_edit"),
    path("information-catalogue/<int:pk>/issue/", editions.catalog_edition_issue, name="catalog_edition_issue"),
    path("information-catalogue/<int:pk>/compare/", editions.catalog_edition_compare, name="catalog_edition_compare"),
    path("information-catalogue/<int:pk>/items/new/", editions.catalog_item_new, name="catalog_item_new"),
    path("information-catalogue/items/<int:pk>/", editions.catalog_item, name="catalog_item"),
    path("information-catalogue/items/<int:pk>/edit/", editions.catalog_item_edit, name="catalog_item_edit"),
    path("information-catalogue/items/<int:pk>/update/", editions.catalog_item_update, name="catalog_item_update"),
]
