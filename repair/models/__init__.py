from repair.models.application import RepairApplication, RepairMove, RepairQuerySet
from repair.models.evidence import RepairEvidence

__all__ = ["RepairApplication", "RepairEvidence", "RepairMove", "RepairQuerySet"]
