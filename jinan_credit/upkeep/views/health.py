"""Whether the process lives, and whether it can serve. The public listener does not know these addresses
(deploy/nginx.conf)."""

import structlog
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jinan_credit.upkeep.selectors import is_restore_unfinished, missing_migrations, redis_answers

log = structlog.get_logger(__name__)


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is asked, so that nobody restarts it because the database is away."""
    return JsonResponse({"live": True})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """503 while the database is away, lacks a migration or is half restored. Redis is told of only."""
    database = _database()
    is_ready = database == "ok"
    if not is_ready:
        log.warning("not_ready", database=database)
    told = {"ready": is_ready, "database": database, "redis": "ok" if redis_answers() else "does not answer"}
    return JsonResponse(told, status=200 if is_ready else 503)


def _database() -> str:
    try:
        if missing := missing_migrations():
            return f"{len(missing)} migrations are missing, such as {missing[0]}"
        return "a restore was never finished" if is_restore_unfinished() else "ok"
    except DatabaseError:
        connection.close()
        return "does not answer"
