from django.urls import path

from objections.views import acts, desk, public, questions, tip_offs

urlpatterns = [
    path("objections/", desk.objections, name="objections"),
    path("objections/new/", public.NewObjection.as_view(), name="objection_new"),
    path("objections/received/", public.received, name="objection_received"),
    path("objections/enter/", desk.enter, name="objection_enter"),
    path("objections/<int:pk>/", desk.objection, name="objection"),
    path("objections/<int:pk>/correct/", desk.correct, name="objection_correct"),
    path("objections/<int:pk>/pause/", acts.Pause.as_view(), name="objection_pause"),
    path("objections/<int:pk>/resume/", acts.Resume.as_view(), name="objection_resume"),
    path("objections/<int:pk>/more-time/", acts.AskExtension.as_view(), name="extension_ask"),
    path("objections/<int:pk>/ask-help/", acts.AskHelp.as_view(), name="help_ask"),
    path("objections/extensions/<int:pk>/", desk.extension, name="extension"),
    path("objections/help/", questions.help_requests, name="help_requests"),
    path("objections/help/<int:pk>/", questions.help_request, name="help_request"),
    path("objections/help/<int:pk>/withdraw/", acts.WithdrawHelp.as_view(), name="help_withdraw"),
    path("objections/documents/<int:pk>/", desk.evidence, name="objection_evidence"),
    path("tip-off/", public.NewTipOff.as_view(), name="tip_off_new"),
    path("tip-off/received/", public.tip_off_received, name="tip_off_received"),
    path("tip-offs/", tip_offs.tip_offs, name="tip_offs"),
    path("tip-offs/enter/", tip_offs.enter, name="tip_off_enter"),
    path("tip-offs/<int:pk>/", tip_offs.tip_off, name="tip_off"),
    path("tip-offs/<int:pk>/assign/", tip_offs.assign, name="tip_off_assign"),
    path("tip-offs/<int:pk>/forward/", tip_offs.forward, name="tip_off_forward"),
    path("tip-offs/<int:pk>/verify/", tip_offs.verify, name="tip_off_verify"),
    path("tip-offs/<int:pk>/reporter/", tip_offs.reporter, name="tip_off_reporter"),
    path("tip-offs/documents/<int:pk>/", tip_offs.evidence, name="tip_off_evidence"),
]
