from repair.models.application import RepairApplication, RepairEscalation, RepairMove, RepairQuerySet
from repair.models.evidence import RepairEvidence

__all__ = ["RepairApplication", "RepairEscalation", "RepairEvidence", "RepairMove", "RepairQuerySet"]
