"""What browsers report of the content security policy: a fault of ours or an attack, so somebody should read it."""

import json
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from jinan_credit.accounts.rate import rate_limited

log = structlog.get_logger(__name__)

LONGEST = 16 * 1024
LONGEST_WORD = 300
MOST = 20


@csrf_exempt
@require_POST
@rate_limited("60/minute", "policy reports")
def policy_report(request: HttpRequest) -> HttpResponse:
    """One log line a report, without query strings, which may hold what a person typed. Always 204: nobody reads it."""
    if int(request.META.get("CONTENT_LENGTH") or 0) <= LONGEST:
        for report in _reports(request.read(LONGEST)):
            log.warning("policy_report", **report)
    return HttpResponse(status=204)


def _reports(body: bytes) -> list[dict[str, str]]:
    """Of both forms that browsers send: `report-uri` and the Reporting API. Whatever else is sent is none."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return []
    if isinstance(sent, dict):
        return [_line(sent.get("csp-report"), "effective-directive", "document-uri", "blocked-uri")]
    bodies = [one.get("body") for one in sent[:MOST] if isinstance(one, dict)] if isinstance(sent, list) else []
    return [_line(one, "effectiveDirective", "documentURL", "blockedURL") for one in bodies]


def _line(found: Any, directive: str, page: str, blocked: str) -> dict[str, str]:
    told = found if isinstance(found, dict) else {}
    words = {"directive": directive, "page": page, "blocked": blocked}
    return {name: _without_query(str(told.get(key, ""))) for name, key in words.items()}


def _without_query(address: str) -> str:
    return address.partition("?")[0].partition("#")[0][:LONGEST_WORD]
