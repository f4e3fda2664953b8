from jinan_credit.kernel import crypto, masking
from lists.enums import DocumentType, SubjectKind
from lists.models import Subject


def make_person(name: str, number: str) -> Subject:
    return Subject.objects.create(
        kind=SubjectKind.NATURAL_PERSON,
        name=name,
        document_type=DocumentType.CITIZEN,
        sealed_number=crypto.seal(number),
        masked_number=masking.mask_document_number(number),
        number_index=crypto.blind_index(DocumentType.CITIZEN, number),
    )
