from django.urls import path

from objections.views import desk, public

urlpatterns = [
    path("objections/", desk.objections, name="objections"),
    path("objections/new/", public.NewObjection.as_view(), name="objection_new"),
    path("objections/received/", public.received, name="objection_received"),
    path("objections/enter/", desk.enter, name="objection_enter"),
    path("objections/<int:pk>/", desk.objection, name="objection"),
    path("objections/<int:pk>/correct/", desk.correct, name="objection_correct"),
    path("objections/documents/<int:pk>/", desk.evidence, name="objection_evidence"),
]
