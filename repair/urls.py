from django.urls import path

from repair.views import desk, public

urlpatterns = [
    path("repair/new/", public.NewRepair.as_view(), name="repair_new"),
    path("repair/received/", public.received, name="repair_received"),
    path("repairs/", desk.repairs, name="repairs"),
    path("repairs/enter/", desk.enter, name="repair_enter"),
    path("repairs/<int:pk>/", desk.repair, name="repair"),
    path("repairs/documents/<int:pk>/", desk.evidence, name="repair_evidence"),
]
