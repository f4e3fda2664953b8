from objections.models.evidence import ObjectionEvidence
from objections.models.extension import Extension, ExtensionMove
from objections.models.help_request import HelpMove, HelpRequest, HelpRequestQuerySet
from objections.models.objection import (
    Objection,
    ObjectionEscalation,
    ObjectionMove,
    ObjectionQuerySet,
)

__all__ = [
    "Extension",
    "ExtensionMove",
    "HelpMove",
    "HelpRequest",
    "HelpRequestQuerySet",
    "Objection",
    "ObjectionEscalation",
    "ObjectionEvidence",
    "ObjectionMove",
    "ObjectionQuerySet",
]
