"""What Prometheus scrapes. The public listener does not know this address (deploy/nginx.conf)."""

import structlog
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from jinan_credit.kernel.metrics import REGISTRY

log = structlog.get_logger(__name__)


@require_GET
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """A database that does not answer fails the scrape: zeros would look like a quiet day."""
    try:
        return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
    except DatabaseError as error:
        log.warning("scrape_failed", error=repr(error))
        return HttpResponse("The database does not answer.\n", status=503, content_type="text/plain; charset=utf-8")
