from objections.models.evidence import ObjectionEvidence
from objections.models.objection import Objection, ObjectionMove, ObjectionQuerySet

__all__ = ["Objection", "ObjectionEvidence", "ObjectionMove", "ObjectionQuerySet"]
