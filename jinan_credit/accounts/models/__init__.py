from jinan_credit.accounts.models.access_review import AccessReview
from jinan_credit.accounts.models.api_client import ApiClient
from jinan_credit.accounts.models.escalation_record import EscalationRecord
from jinan_credit.accounts.models.idempotency import IdempotentCall
from jinan_credit.accounts.models.kept_document import KeptDocument
from jinan_credit.accounts.models.message import ApplicantMessage
from jinan_credit.accounts.models.move_record import MoveRecord
from jinan_credit.accounts.models.password_record import PasswordRecord
from jinan_credit.accounts.models.second_factor import SecondFactor
from jinan_credit.accounts.models.sign_in_lock import SignInLock, SignInLockLift
from jinan_credit.accounts.models.staff_message import StaffMessage, StaffMessageQuerySet, StaffReading
from jinan_credit.accounts.models.succession import PlannedSuccession, UnitSuccession
from jinan_credit.accounts.models.unit import Unit, UnitQuerySet
from jinan_credit.accounts.models.user import RoleGrant, User

__all__ = [
    "AccessReview",
    "ApiClient",
    "ApplicantMessage",
    "EscalationRecord",
    "IdempotentCall",
    "KeptDocument",
    "MoveRecord",
    "PasswordRecord",
    "PlannedSuccession",
    "RoleGrant",
    "SecondFactor",
    "SignInLock",
    "SignInLockLift",
    "StaffMessage",
    "StaffMessageQuerySet",
    "StaffReading",
    "Unit",
    "UnitQuerySet",
    "UnitSuccession",
    "User",
]
