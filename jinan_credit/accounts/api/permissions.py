from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class HasScope(BasePermission):
    """The view's `required_scope` must be among the token's. A view that names none is closed."""

    def has_permission(self, request: Request, view: Any) -> bool:
        token: Any = request.auth
        if token is None:
            return False
        return getattr(view, "required_scope", "") in token.scope.split()
