"""What the description of the API says of refusals: one shape, and the statuses of each kind of call."""

from typing import Any

OF_EVERY_CALL = {
    "400": "Something in the call is not as described; `attr` names the field.",
    "401": "No token, or one that is not known any more.",
    "403": "The token's scope does not cover this call.",
    "429": "Too many calls; `Retry-After` says when to try again.",
}
NOT_THERE = {"404": "Not there, or not for this unit: the answer is the same."}
OF_A_CALL_WITH_A_BODY = {
    "409": "What is there has changed, or does not allow this now; `code` says why.",
    "413": "Larger than is taken.",
    "415": "A kind of body that is not read here.",
    "422": "The same Idempotency-Key came with another body.",
}
REFUSAL: dict[str, Any] = {
    "type": "object",
    "required": ["type", "errors"],
    "properties": {
        "type": {"type": "string", "enum": ["validation_error", "client_error", "server_error"]},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "detail", "attr"],
                "properties": {
                    "code": {"type": "string", "description": "For programs: it does not change with the language."},
                    "detail": {"type": "string", "description": "For people, in the language of `Accept-Language`."},
                    "attr": {"type": ["string", "null"], "description": "The field that the error is about."},
                },
            },
        },
    },
}
HEADERS = {"429": {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}}
_METHODS = ("get", "post", "put", "patch", "delete")


def document_refusals(result: dict[str, Any], **_given: Any) -> dict[str, Any]:
    """Hook of drf-spectacular: adds the refusals to each operation, but where it says something of its own."""
    result["components"]["schemas"]["Refusal"] = REFUSAL
    for address, operations in result["paths"].items():
        for method, operation in operations.items():
            if method in _METHODS:
                known = dict(OF_EVERY_CALL)
                known |= NOT_THERE if method != "get" or "{" in address else {}
                known |= OF_A_CALL_WITH_A_BODY if method != "get" else {}
                for status, words in known.items():
                    operation["responses"].setdefault(status, _refused(status, words))
    return result


def _refused(status: str, words: str) -> dict[str, Any]:
    shape = {"schema": {"$ref": "#/components/schemas/Refusal"}}
    headers = {"headers": HEADERS[status]} if status in HEADERS else {}
    return {"description": words, **headers, "content": {"application/json": shape}}
