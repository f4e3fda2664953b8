"""What the units' own systems call: tokens, scopes, the frame of each call, its description."""

OAUTH2_PROVIDER_APPLICATION_MODEL = "accounts.ApiClient"
OAUTH2_PROVIDER = {
    "SCOPES": {
        "feed": "Follow the lists that concern the unit",
        "screening": "Screen parties",
        "feedback": "Sign, feed back, confirm release",
        "entries:read": "Read the unit's own entries",
        "entries:write": "Import drafts for review",
        "cases": "Report cases",
    },
    "SCOPES_BACKEND_CLASS": "jinan_credit.accounts.api.scopes.ClientScopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 600,
    "PKCE_REQUIRED": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["jinan_credit.accounts.api.authentication.ClientAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["jinan_credit.accounts.api.permissions.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["jinan_credit.accounts.api.throttling.ClientThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["jinan_credit.accounts.api.parsers.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "jinan_credit.accounts.api.negotiation.OneFormat",
    "DEFAULT_SCHEMA_CLASS": "drf_standardized_errors.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "jinan_credit.accounts.api.errors.handle",
    "DEFAULT_PAGINATION_CLASS": "jinan_credit.accounts.api.paging.KeysetPagination",
    "DEFAULT_VERSION": "v1",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Jinan Credit",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "POSTPROCESSING_HOOKS": [
        "drf_standardized_errors.openapi_hooks.postprocess_schema_enums",
        "jinan_credit.accounts.api.schema_refusals.document_refusals",
    ],
    "ENUM_NAME_OVERRIDES": {
        "TaskKindEnum": "sanctions.enums.TaskKind.values",
        "TaskStateEnum": "sanctions.enums.TaskState.values",
        "VersionStateEnum": "catalog.enums.VersionState.values",
        "ScreeningResultEnum": "sanctions.api.serializers.SCREENING_RESULTS",
        "RowResultEnum": "sanctions.api.serializers.ROW_RESULTS",
    },
}
