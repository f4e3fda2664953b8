from objections.models.evidence import ObjectionEvidence, TipOffEvidence
from objections.models.extension import Extension, ExtensionMove
from objections.models.help_request import HelpEscalation, HelpMove, HelpRequest, HelpRequestQuerySet
from objections.models.objection import (
    Objection,
    ObjectionEscalation,
    ObjectionMove,
    ObjectionQuerySet,
)
from objections.models.tip_off import ReporterLook, TipOff, TipOffMove, TipOffQuerySet, TipOffReporter

__all__ = [
    "Extension",
    "ExtensionMove",
    "HelpEscalation",
    "HelpMove",
    "HelpRequest",
    "HelpRequestQuerySet",
    "Objection",
    "ObjectionEscalation",
    "ObjectionEvidence",
    "ObjectionMove",
    "ObjectionQuerySet",
    "ReporterLook",
    "TipOff",
    "TipOffEvidence",
    "TipOffMove",
    "TipOffQuerySet",
    "TipOffReporter",
]
