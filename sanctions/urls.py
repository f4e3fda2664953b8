from django.urls import include, path

from sanctions.views import executions, screenings, tasks

urlpatterns = [
    path("", include("sanctions.batch_urls")),
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
]
