from django.urls import path

from sanctions.views import audit, claims, executions, releases, responses, rewards, screenings, tasks

urlpatterns = [
    path("tasks/", tasks.task_list, name="tasks"),
    path("tasks/responses/", responses.responses, name="responses"),
    path("tasks/responses/file/", responses.responses_file, name="responses_file"),
    path("tasks/substitutes/", claims.substitutes, name="substitutes"),
    path("tasks/substitutes/<int:pk>/end/", claims.substitute_end, name="substitute_end"),
    path("tasks/sign/", tasks.sign_many, name="tasks_sign"),
    path("tasks/<int:pk>/", tasks.task_page, name="task"),
    path("tasks/<int:pk>/move/", tasks.task_move, name="task_move"),
    path("tasks/<int:pk>/claim/", claims.task_claim, name="task_claim"),
    path("tasks/<int:pk>/feedback/", tasks.task_feedback, name="task_feedback"),
    path("tasks/<int:pk>/release/", releases.task_release, name="task_release"),
    path("screenings/", screenings.screening_list, name="screenings"),
    path("screenings/new/", screenings.screening_new, name="screen"),
    path("verify/receipt/", screenings.receipt_check, name="receipt_check"),
    path("screenings/<uuid:pk>/", screenings.screening_page, name="screening"),
    path("screenings/<uuid:pk>/receipt/", screenings.screening_receipt, name="screening_receipt"),
    path("screenings/<uuid:pk>/close/", screenings.screening_close, name="screening_close"),
    path("screenings/<uuid:pk>/answer/", screenings.hits_answer, name="hits_answer"),
    path("screenings/<uuid:pk>/not-same/", screenings.not_same_party, name="not_same_party"),
    path("hits/<int:pk>/answer/", screenings.hit_answer, name="hit_answer"),
    path("audit/screenings/", audit.screening_log, name="screening_log"),
    path("executions/", executions.execution_list, name="executions"),
    path("executions/entries/", executions.executions_by_entry, name="executions_by_entry"),
    path(
        "executions/<int:execution>/attachments/<int:pk>/", executions.execution_attachment, name="execution_attachment"
    ),
    path("entries/<uuid:pk>/execution/", executions.entry_execution, name="entry_execution"),
    path("promises/", rewards.promise_list, name="promises"),
    path("promises/<int:pk>/", rewards.promise_page, name="promise"),
    path("promises/<int:pk>/move/", rewards.promise_move, name="promise_move"),
    path("executions/<int:pk>/cancel/", executions.execution_cancel, name="execution_cancel"),
]
