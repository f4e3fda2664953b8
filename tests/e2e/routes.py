"""Every page that the URL conf names, and which of them somebody can reach."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse

ACTS = frozenset(
    [
        "access_export",
        "account_logout",
        "bulletin_move",
        "case_move",
        "city_report_file",
        "city_report_move",
        "batch_copy",
        "batch_copy_again",
        "batch_keep",
        "batch_template",
        "catalog_from_lists",
        "download_again",
        "download_confirm",
        "downloads_take",
        "copy_deleted",
        "entries_submit",
        "entry_document",
        "entry_move",
        "entry_number",
        "entry_person_number",
        "execution_attachment",
        "execution_cancel",
        "export_file",
        "extension",
        "filter_delete",
        "filter_save",
        "hit_answer",
        "hits_answer",
        "import_cancel",
        "import_copy",
        "import_template",
        "message_open",
        "message_test",
        "messages_read",
        "key_task_evidence",
        "live",
        "metrics",
        "mfa_list_webauthn",
        "nomination_document",
        "not_same_party",
        "office_move",
        "office_rotate",
        "objection_evidence",
        "oversight_file",
        "promise_move",
        "proposals_approve",
        "policy_report",
        "portfolio_end",
        "portfolio_file",
        "portfolio_party_drop",
        "push_move",
        "push_rejected_again",
        "push_rejected_settle",
        "push_rotate",
        "ready",
        "receipt_confirm",
        "repair_evidence",
        "responses_file",
        "robots",
        "review_decide",
        "schema",
        "session_end",
        "session_left",
        "session_stay",
        "sessions_end_others",
        "sso_begin",
        "sso_finish",
        "screening_close",
        "set_language",
        "sitemap",
        "substitute_end",
        "supervision_document",
        "supervision_move",
        "task_claim",
        "task_move",
        "task_of_publication",
        "tasks_sign",
        "text_size",
        "tip_off_evidence",
    ]
)
"""Routes without a page of their own: they act, or give a file."""

LOOKED_AT_APART = frozenset(
    [
        "access_review",
        "mfa_authenticate",
        "mfa_deactivate_totp",
        "mfa_edit_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_remove_webauthn",
        "mfa_view_recovery_codes",
        "system",
        "unsent_form",
    ]
)
"""Pages of whoever has a second factor, whose session has ended, or who administers: other tests look at them."""

FOR_ALL = frozenset(
    [
        "home",
        "about",
        "account_login",
        "account_inactive",
        "public_article",
        "public_articles",
        "public_bulletin",
        "public_bulletins",
        "public_catalogue",
        "public_entry",
        "public_list",
        "public_lists",
        "public_memoranda",
        "public_memorandum",
        "public_promises",
        "public_statistics",
        "receipt_check",
        "status",
        "verify",
        "objection_new",
        "objection_received",
        "repair_new",
        "repair_received",
        "tip_off_new",
        "tip_off_received",
        "api_docs",
    ]
)
"""Pages that nobody signs in for: looked at as a visitor."""

OF_OTHERS = ("admin/", "o/", "api/v1/")
REFUSALS = (302, 403, 404, 405)


def page_routes() -> dict[str, bool]:
    """The names of all pages; whether the address takes arguments."""
    return {
        str(pattern.name): bool(pattern.pattern.regex.groups)
        for pattern in all_patterns()
        if pattern.name and pattern.name not in ACTS | LOOKED_AT_APART
    }


def all_patterns(patterns: list[URLPattern | URLResolver] | None = None) -> Iterator[URLPattern]:
    """Those of pages and files: not the administration's, nor what units' systems call."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLPattern):
            yield one
        elif not str(one.pattern).startswith(OF_OTHERS):
            yield from all_patterns(one.url_patterns)


def all_addresses(samples: dict[str, list[str]]) -> dict[str, list[str]]:
    """The addresses of each page; a page with arguments has as many as there are samples."""
    return {
        name: samples.get(name, []) if name in samples or takes_arguments else [reverse(name)]
        for name, takes_arguments in page_routes().items()
    }
