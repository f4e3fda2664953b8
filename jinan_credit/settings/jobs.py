"""What is done outside of a request: the push, the queues, and what beat asks for when."""

from celery.schedules import crontab

from jinan_credit.settings.environment import given

ENVIRONMENT = given()

PUSH_ALLOWED_NETWORKS = ENVIRONMENT.push_allowed_networks
PUSH_DEADLINE_SECONDS = 10.0

CELERY_BROKER_URL = ENVIRONMENT.redis_url
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    # A dead broker must not hold up a publication: the nudge is given up fast, the sweep finds the cursor.
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "max_retries": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_DEFAULT_QUEUE = "jobs"
CELERY_TASK_ROUTES = {
    "jinan_credit.exchange.tasks.push": {"queue": "push"},
    "jinan_credit.exchange.tasks.push_failing": {"queue": "push-failing"},
    "jinan_credit.exchange.tasks.mail_alerts": {"queue": "jobs"},
    "jinan_credit.exchange.tasks.mail_staff": {"queue": "jobs"},
    "jinan_credit.exchange.tasks.send_to_offices": {"queue": "push-failing"},
    "jinan_credit.exchange.tasks.*": {"queue": "sweep"},
    "lists.tasks.purge": {"queue": "purge"},  # deletes history, so its worker is the owner
    "jinan_credit.oversight.tasks.seal_history": {"queue": "seal"},  # its worker holds the key
    "jinan_credit.oversight.tasks.verify_history": {"queue": "seal"},
}
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULER = "jinan_credit.celery:SteadyScheduler"
CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "sweep-cursors": {"task": "jinan_credit.exchange.tasks.sweep", "schedule": 5.0},
    "watch-copies": {"task": "jinan_credit.exchange.tasks.watch", "schedule": 60.0},
    "mail-alerts": {"task": "jinan_credit.exchange.tasks.mail_alerts", "schedule": 60.0},
    "mail-staff": {"task": "jinan_credit.exchange.tasks.mail_staff", "schedule": 30.0},
    "send-to-offices": {"task": "jinan_credit.exchange.tasks.send_to_offices", "schedule": 10.0},
    "send-messages": {"task": "jinan_credit.accounts.tasks.send_messages", "schedule": 30.0},
    "carry-out-successions": {"task": "jinan_credit.accounts.tasks.carry_out_successions", "schedule": 60.0},
    "repeat-successions": {"task": "jinan_credit.accounts.tasks.repeat_successions", "schedule": crontab(minute=50)},
    "sweep-jobs": {"task": "lists.tasks.sweep_imports", "schedule": 10.0},
    "sweep-large-steps": {"task": "lists.tasks.sweep_large_steps", "schedule": 10.0},
    "index-names": {"task": "lists.tasks.index_names", "schedule": 10.0},
    "sweep-exports": {"task": "lists.tasks.sweep_exports", "schedule": 10.0},
    "sweep-notices": {"task": "lists.tasks.sweep_notices", "schedule": 30.0},
    "sweep-batches": {"task": "sanctions.tasks.sweep_batches", "schedule": 10.0},
    "tell-portfolios": {"task": "sanctions.tasks.tell_portfolios", "schedule": 10.0},
    "review-portfolios": {"task": "sanctions.tasks.review_portfolios", "schedule": crontab(hour=4, minute=30)},
    "expire-entries": {"task": "lists.tasks.expire", "schedule": 600.0},
    "open-periodic-feedback": {"task": "sanctions.tasks.open_periodic_feedback", "schedule": 3600.0},
    "settle-due-dates": {"task": "sanctions.tasks.settle_due_dates", "schedule": crontab(hour=0, minute=30)},
    "days-of-receipts": {"task": "catalog.tasks.settle_receipts", "schedule": crontab(hour=0, minute=35)},
    "days-of-lists": {"task": "lists.tasks.keep_days", "schedule": crontab(minute=25)},
    "days-of-objections": {"task": "objections.tasks.keep_days", "schedule": crontab(minute=10)},
    "days-of-repairs": {"task": "repair.tasks.keep_days", "schedule": crontab(minute=15)},
    "keep-figures": {"task": "jinan_credit.oversight.tasks.keep_figures", "schedule": 30.0},
    "count-quality": {"task": "jinan_credit.oversight.tasks.count_quality", "schedule": crontab(minute=40)},
    "renew-statistics": {"task": "jinan_credit.portal.tasks.renew_statistics", "schedule": crontab(minute="*/2")},
    "days-of-supervision": {"task": "jinan_credit.oversight.tasks.keep_days", "schedule": crontab(minute=20)},
    "seal-history": {"task": "jinan_credit.oversight.tasks.seal_history", "schedule": crontab(minute=5)},
    "watch-history": {"task": "jinan_credit.oversight.tasks.watch_history", "schedule": crontab(minute="*/10")},
    "verify-newest-history": {
        "task": "jinan_credit.oversight.tasks.verify_history",
        "schedule": crontab(hour=2, minute=40),
        "kwargs": {"newest_only": True},
    },
    "verify-history": {
        "task": "jinan_credit.oversight.tasks.verify_history",
        "schedule": crontab(hour=1, minute=15, day_of_week="sunday"),
    },
    "purge-entries": {"task": "lists.tasks.purge", "schedule": crontab(hour=3, minute=30)},
}
