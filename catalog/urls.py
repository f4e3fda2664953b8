from django.urls import path

from catalog.views import measures, memoranda

urlpatterns = [
    path("memoranda/", memoranda.memoranda, name="memoranda"),
    path("memoranda/new/", memoranda.memorandum_new, name="memorandum_new"),
    path("memoranda/receipts/<int:pk>/confirm/", memoranda.receipt_confirm, name="receipt_confirm"),
    path("memoranda/<int:number>/<int:version>/", memoranda.memorandum, name="memorandum"),
    path("memoranda/<int:number>/<int:version>/revise/", memoranda.memorandum_revise, name="memorandum_revise"),
    path("memoranda/<int:number>/<int:version>/in-force/", memoranda.memorandum_in_force, name="memorandum_in_force"),
    path("memoranda/<int:number>/<int:version>/lapse/", memoranda.memorandum_lapse, name="memorandum_lapse"),
    path("memoranda/<int:number>/<int:version>/measures/new/", measures.measure_new, name="measure_new"),
    path("memoranda/measures/<int:pk>/", measures.measure_edit, name="measure_edit"),
]
