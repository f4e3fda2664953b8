from django.urls import path

from sanctions.views import bulletins, cases, executions, screenings, tasks

urlpatterns = [
    path("tasks/", tasks.task_list, name="tasks"),
    path("tasks/sign/", tasks.sign_many, name="tasks_sign"),
    path("tasks/<int:pk>/", tasks.task_page, name="task"),
    path("tasks/<int:pk>/move/", tasks.task_move, name="task_move"),
    path("tasks/<int:pk>/feedback/", tasks.task_feedback, name="task_feedback"),
    path("screenings/", screenings.screening_list, name="screenings"),
    path("screenings/new/", screenings.screening_new, name="screen"),
    path("screenings/receipts/", screenings.receipt_check, name="receipt_check"),
    path("screenings/<uuid:pk>/", screenings.screening_page, name="screening"),
    path("screenings/<uuid:pk>/receipt/", screenings.screening_receipt, name="screening_receipt"),
    path("screenings/<uuid:pk>/close/", screenings.screening_close, name="screening_close"),
    path("hits/<int:pk>/answer/", screenings.hit_answer, name="hit_answer"),
    path("executions/", executions.execution_list, name="executions"),
    path("executions/<int:pk>/cancel/", executions.execution_cancel, name="execution_cancel"),
    path("cases/", cases.case_list, name="cases"),
    path("cases/new/", cases.case_choose, name="case_choose"),
    path("cases/new/<int:pk>/", cases.case_new, name="case_new"),
    path("cases/<int:pk>/", cases.case_page, name="case"),
    path("cases/<int:pk>/edit/", cases.case_edit, name="case_edit"),
    path("cases/<int:pk>/move/", cases.case_move, name="case_move"),
    path("bulletins/", bulletins.bulletin_list, name="bulletins"),
    path("bulletins/new/", bulletins.bulletin_new, name="bulletin_new"),
    path("bulletins/<int:pk>/", bulletins.bulletin_page, name="bulletin"),
    path("bulletins/<int:pk>/edit/", bulletins.bulletin_edit, name="bulletin_edit"),
    path("bulletins/<int:pk>/move/", bulletins.bulletin_move, name="bulletin_move"),
]
