from lists.models.credit_list import CreditList, CreditListVersion, FeedHead
from lists.models.credit_promise import CreditPromise, CreditPromiseMove, CreditPromiseQuerySet
from lists.models.defence import DefenceStatement, EntryDocument
from lists.models.entry import Entry, EntryMove, RelatedPerson, black_entries_of, own_work
from lists.models.entry_queries import EntryQuerySet
from lists.models.large_step import LargeStep, LargeStepQuerySet
from lists.models.list_import import ImportRow, ListImport
from lists.models.nomination import Nomination, NominationMove, NominationQuerySet
from lists.models.notice import Notice, NoticeQuerySet, NoticeSerial, NoticeWording
from lists.models.number_handout import NumberHandout
from lists.models.number_reveal import NumberReveal
from lists.models.proceeding import Proceeding, ProceedingMove
from lists.models.proposal import EntryProposal, EntryProposalEscalation, EntryProposalMove
from lists.models.publication import Change, Publication
from lists.models.saved import EntryExport, ExportedEntries, NumberSearch, SavedFilter
from lists.models.subject import Subject, SubjectCode, SubjectName
from lists.models.subscription import Subscription, SubscriptionQuerySet

__all__ = [
    "Change",
    "CreditList",
    "CreditListVersion",
    "CreditPromise",
    "CreditPromiseMove",
    "CreditPromiseQuerySet",
    "DefenceStatement",
    "Entry",
    "EntryDocument",
    "EntryExport",
    "EntryMove",
    "EntryProposal",
    "EntryProposalEscalation",
    "EntryProposalMove",
    "EntryQuerySet",
    "ExportedEntries",
    "FeedHead",
    "ImportRow",
    "LargeStep",
    "LargeStepQuerySet",
    "ListImport",
    "Nomination",
    "NominationMove",
    "NominationQuerySet",
    "Notice",
    "NoticeQuerySet",
    "NoticeSerial",
    "NoticeWording",
    "NumberHandout",
    "NumberReveal",
    "NumberSearch",
    "Proceeding",
    "ProceedingMove",
    "Publication",
    "RelatedPerson",
    "SavedFilter",
    "Subject",
    "SubjectCode",
    "SubjectName",
    "Subscription",
    "SubscriptionQuerySet",
    "black_entries_of",
    "own_work",
]
