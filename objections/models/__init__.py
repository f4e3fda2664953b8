from objections.models.evidence import ObjectionEvidence, TipOffEvidence
from objections.models.objection import Objection, ObjectionMove, ObjectionQuerySet
from objections.models.tip_off import ReporterLook, TipOff, TipOffMove, TipOffQuerySet, TipOffReporter

__all__ = [
    "Objection",
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
