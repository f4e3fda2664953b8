from lists.models.credit_list import CreditList, FeedHead
from lists.models.entry import Entry, EntryMove, EntryQuerySet, RelatedPerson, own_work
from lists.models.list_import import ImportRow, ListImport
from lists.models.number_reveal import NumberReveal
from lists.models.proposal import EntryProposal, EntryProposalMove
from lists.models.publication import Change, Publication
from lists.models.subject import Subject

__all__ = [
    "Change",
    "CreditList",
    "Entry",
    "EntryMove",
    "EntryProposal",
    "EntryProposalMove",
    "EntryQuerySet",
    "FeedHead",
    "ImportRow",
    "ListImport",
    "NumberReveal",
    "Publication",
    "RelatedPerson",
    "Subject",
    "own_work",
]
