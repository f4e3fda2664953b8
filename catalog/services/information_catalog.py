"""公共信用信息目录: an edition is drafted, reviewed by another person, issued, superseded by the next (P §五(一))."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.enums import CatalogState, ItemSharing
from catalog.models import CatalogItem, CatalogItemUpdate, InformationCatalog, InformationCatalogMove, Standard
from catalog.models.information_catalog import EVER_ISSUED
from catalog.selectors import catalog_items_of
from catalog.workflow import INFORMATION_CATALOG
from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import make_move, require_move, require_seen, write_move
from jinan_credit.accounts.selectors import current_holders
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound
from jinan_credit.kernel.identifiers import tells_citizen_number
from jinan_credit.kernel.wording import listed, listed_apart

_HEADING = gettext_lazy("title and basis")
_CHANGED = gettext_lazy("changed: %(item)s")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")


@dataclass(frozen=True)
class ItemField:
    """One field of a kind of information: what it is called, how it is written, which standard says so."""

    name: str
    type: str = ""
    standard: str = ""


@dataclass(frozen=True)
class ItemText:
    """What an item says. `standards`: numbers of standards that are kept."""

    name: str
    provider: Unit
    fields: Sequence[ItemField]
    disclosure: str
    sharing: str
    update_cycle: str
    legal_basis: str
    sharing_condition: str = ""
    standards: Sequence[str] = ()


@transaction.atomic
def open_edition(*, title: str, note: str, by: Actor) -> InformationCatalog:
    """Begin an edition as a draft, with all that the last one said; the first begins empty.

    In place of a unit that has ended stands the one that holds its duties today.
    Refusals: `act_not_allowed`, `person_needed`, `title_missing`, `edition_in_preparation`.
    """
    by.require(Act.KEEP_CATALOGUE)
    if by.user is None:
        raise NotAllowed("person_needed", _("Only a person drafts an edition."))
    last = InformationCatalog.objects.issued().first()
    edition = InformationCatalog(made_by=by.user, made_at=clock.now())
    try:
        with transaction.atomic():
            _write_heading(edition, title, note, last.legal_basis if last is not None else "")
    except IntegrityError as error:
        if "one_edition_is_in_preparation" not in str(error):
            raise
        raise DomainError(
            "edition_in_preparation", _("An edition is in preparation already. Finish that one, or discard it.")
        ) from error
    if last is not None:
        _copy_items(last, edition)
    write_move(InformationCatalogMove, edition, "draft", from_state="", to_state=edition.state, by=by, reason="")
    return edition


@transaction.atomic
def revise_edition(
    *,
    edition: InformationCatalog,
    title: str,
    note: str,
    legal_basis: str,
    by: Actor,
    seen_step: int | None = None,
) -> InformationCatalog:
    """Change title, note and basis of a draft. `seen_step`: the last step of the edition that the person saw.

    Refusals: `act_not_allowed`, `not_found`, `edition_is_settled`, `edit_conflict`.
    """
    edition = _draft(edition, by)
    require_seen(edition, seen_step, steps=edition.moves.filter(reason=_said(_HEADING)))
    _write_heading(edition, title, note, legal_basis)
    _log(edition, by, _HEADING)
    return edition


@transaction.atomic
def add_item(*, edition: InformationCatalog, code: str, says: ItemText, by: Actor) -> CatalogItem:
    """Add an item to a draft.

    Refusals: `act_not_allowed`, `not_found`, `edition_is_settled`; `code_not_possible`, `code_taken`, `name_missing`,
    `fields_missing`, `basis_missing`, `condition_missing`, `standard_unknown`, `number_told`.
    """
    edition = _draft(edition, by)
    if _CODE.fullmatch(code) is None:
        raise InvalidInput(
            "code_not_possible", _("A code has letters, digits, hyphens and underscores only."), field="code"
        )
    if edition.items.filter(code=code).exists():
        raise DomainError("code_taken", _("Another item of this edition has this code."), field="code")
    item = _write(CatalogItem(catalog=edition, code=code), says)
    _log(edition, by, gettext_lazy("added: %(item)s"), item)
    return item


@transaction.atomic
def add_items(
    *, edition: InformationCatalog, items: Sequence[tuple[str, ItemText]], by: Actor, reason: str | Promise
) -> int:
    """Add those of these items whose codes a draft does not have yet, as one step. How many were added.

    Refusals: as `add_item`.
    """
    edition = _draft(edition, by)
    present = set(edition.items.values_list("code", flat=True))
    new = [(code, says) for code, says in items if code not in present]
    for code, says in new:
        _write(CatalogItem(catalog=edition, code=code), says)
    if new:
        _log(edition, by, reason)
    return len(new)


@transaction.atomic
def change_item(*, item: CatalogItem, says: ItemText, by: Actor, seen_step: int | None = None) -> CatalogItem:
    """Change what an item of a draft says; its code stays. `seen_step`: the last step of the edition that was seen.

    Refusals: as `add_item`, `edit_conflict`.
    """
    edition = _draft(item.catalog, by)
    item = _item_of(edition, item)
    require_seen(edition, seen_step, steps=edition.moves.filter(reason__startswith=_said(_CHANGED, f"{item.code} ")))
    item = _write(item, says)
    _log(edition, by, _CHANGED, item)
    return item


@transaction.atomic
def remove_item(*, item: CatalogItem, by: Actor) -> None:
    """Take an item out of a draft. Refusals: `act_not_allowed`, `not_found`, `edition_is_settled`."""
    edition = _draft(item.catalog, by)
    _item_of(edition, item).delete()
    _log(edition, by, gettext_lazy("taken out: %(item)s"), item)


@transaction.atomic
def review_edition(*, edition: InformationCatalog, by: Actor) -> InformationCatalog:
    """Another person than those who wrote it finds that a draft can be issued.

    Refusals: `act_not_allowed`, `not_found`, `move_not_open`, `own_work` (rule 4); `no_items`; `provider_ended`, naming
    the items.
    """
    edition = _lock(edition, by)
    made_by = edition.makers
    require_move(INFORMATION_CATALOG, "review", state=edition.state, by=by, made_by=made_by)
    _require_items(edition)
    edition.reviewed_by, edition.reviewed_at = by.user, clock.now()
    make_move(InformationCatalogMove, edition, INFORMATION_CATALOG, "review", by=by, made_by=made_by)
    return edition


@transaction.atomic
def take_back_edition(*, edition: InformationCatalog, by: Actor, reason: str) -> InformationCatalog:
    """Back to the draft. Refusals: `act_not_allowed`, `not_found`, `move_not_open`, `reason_missing`."""
    edition = _lock(edition, by)
    require_move(INFORMATION_CATALOG, "take_back", state=edition.state, by=by, reason=reason)
    edition.reviewed_by = edition.reviewed_at = None
    make_move(InformationCatalogMove, edition, INFORMATION_CATALOG, "take_back", by=by, reason=reason)
    return edition


@transaction.atomic
def issue_edition(
    *, edition: InformationCatalog, document_number: str, issued_on: date, legal_basis: str, by: Actor
) -> InformationCatalog:
    """Issue a reviewed edition under the number of its document; it supersedes the one that held.

    Refusals: `act_not_allowed`, `not_found`, `move_not_open`; `document_number_missing`, `basis_missing`;
    `day_to_come`; `day_before_last_issue`; `no_items`, `provider_ended`.
    """
    edition = _lock(edition, by)
    require_move(INFORMATION_CATALOG, "issue", state=edition.state, by=by)
    _require_items(edition)
    issued = InformationCatalog.objects.filter(state__in=EVER_ISSUED)
    last = issued.aggregate(day=Max("issued_on"), number=Max("number"))
    _require_document(document_number, issued_on, legal_basis, last["day"])
    former = InformationCatalog.objects.issued().select_for_update().first()
    if former is not None:
        make_move(InformationCatalogMove, former, INFORMATION_CATALOG, "supersede", by=SYSTEM)
    edition.number = (last["number"] or 0) + 1
    edition.document_number, edition.issued_on = document_number.strip(), issued_on
    edition.legal_basis = legal_basis.strip()
    make_move(InformationCatalogMove, edition, INFORMATION_CATALOG, "issue", by=by)
    return edition


@transaction.atomic
def discard_edition(*, edition: InformationCatalog, by: Actor, reason: str) -> InformationCatalog:
    """Give up a draft. Refusals: `act_not_allowed`, `not_found`, `move_not_open`, `reason_missing`."""
    edition = _lock(edition, by)
    make_move(InformationCatalogMove, edition, INFORMATION_CATALOG, "discard", by=by, reason=reason)
    return edition


def move_edition(*, edition: InformationCatalog, name: str, by: Actor, reason: str = "") -> InformationCatalog:
    """The step that a button of the edition's page names. Refusals: `move_not_open` and those of the step."""
    match name:
        case "review":
            return review_edition(edition=edition, by=by)
        case "take_back":
            return take_back_edition(edition=edition, by=by, reason=reason)
        case "discard":
            return discard_edition(edition=edition, by=by, reason=reason)
    raise DomainError("move_not_open", _("This is no step of an edition."))


@transaction.atomic
def record_update(
    *, item: CatalogItem, updated_on: date, row_count: int, by: Actor, note: str = ""
) -> CatalogItemUpdate:
    """The provider has renewed the records of an item of the edition that holds today.

    Refusals: `act_not_allowed`; `not_found` for another unit's item; `edition_not_in_force`; `day_to_come`.
    """
    by.require(Act.UPDATE_CATALOGUE)
    own = catalog_items_of(by).select_related("catalog").filter(pk=item.pk).first()
    if own is None or by.unit is None:
        raise NotFound
    if own.catalog.state != CatalogState.ISSUED:
        raise DomainError(
            "edition_not_in_force", _("This edition does not hold today. Record updates in the one that does.")
        )
    if updated_on > clock.today():
        raise InvalidInput("day_to_come", _("This day has not come yet."), field="updated_on")
    return CatalogItemUpdate.objects.create(
        item=own,
        unit=by.unit,
        updated_on=updated_on,
        row_count=row_count,
        note=note.strip(),
        made_by=by.user,
        made_by_client=None if by.user else by.client,
        made_at=clock.now(),
    )


def _lock(edition: InformationCatalog, by: Actor) -> InformationCatalog:
    by.require(Act.KEEP_CATALOGUE)
    locked = InformationCatalog.objects.select_for_update().filter(pk=edition.pk).first()
    if locked is None:
        raise NotFound
    return locked


def _draft(edition: InformationCatalog, by: Actor) -> InformationCatalog:
    locked = _lock(edition, by)
    if locked.state != CatalogState.DRAFT:
        raise DomainError("edition_is_settled", _("Only a draft can be changed. Take it back, or open a new edition."))
    return locked


def _item_of(edition: InformationCatalog, item: CatalogItem) -> CatalogItem:
    """As it is now; another person may have taken it out meanwhile."""
    found = edition.items.filter(pk=item.pk).first()
    if found is None:
        raise NotFound
    return found


def _log(edition: InformationCatalog, by: Actor, what: str | Promise, item: CatalogItem | None = None) -> None:
    said = _said(what, f"{item.code} {item.name}" if item is not None else "")
    write_move(
        InformationCatalogMove, edition, "revise", from_state=edition.state, to_state=edition.state, by=by, reason=said
    )


def _said(what: str | Promise, item: str = "") -> str:
    """In the language of the place, whatever the person reads: everybody reads the log."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(what) % {"item": item} if item else str(what)


def _write_heading(edition: InformationCatalog, title: str, note: str, legal_basis: str) -> None:
    if not title.strip():
        raise InvalidInput("title_missing", _("Give the edition a title."), field="title")
    edition.title, edition.note, edition.legal_basis = title.strip(), note.strip(), legal_basis.strip()
    edition.save()


def _copy_items(source: InformationCatalog, target: InformationCatalog) -> None:
    holders, items = current_holders(clock.today()), list(source.items.all())
    for item in items:
        item.pk, item.catalog, item._state.adding = None, target, True
        item.provider_id = holders.get(item.provider_id, item.provider_id)
    CatalogItem.objects.bulk_create(items)


def _write(item: CatalogItem, says: ItemText) -> CatalogItem:
    _check(says)
    for name in ("name", "provider", "disclosure", "sharing", "update_cycle", "legal_basis"):
        setattr(item, name, getattr(says, name))
    item.fields = [asdict(field) for field in says.fields]
    item.standards = list(says.standards)
    item.sharing_condition = says.sharing_condition.strip() if says.sharing == ItemSharing.CONDITIONAL else ""
    item.save()
    return item


def _check(says: ItemText) -> None:
    needed = {
        "name": (says.name.strip(), "name_missing", _("Give the item a name.")),
        "fields": (says.fields, "fields_missing", _("Name at least one field.")),
        "legal_basis": (says.legal_basis.strip(), "basis_missing", _("Name the legal basis.")),
    }
    for field, (value, code, message) in needed.items():
        if not value:
            raise InvalidInput(code, message, field=field)
    if says.sharing == ItemSharing.CONDITIONAL and not says.sharing_condition.strip():
        raise InvalidInput("condition_missing", _("Say on which condition it is shared."), field="sharing_condition")
    wanted = {*says.standards, *(field.standard for field in says.fields if field.standard)}
    if unknown := wanted - set(Standard.objects.filter(number__in=wanted).values_list("number", flat=True)):
        raise InvalidInput(
            "standard_unknown",
            _("These standards are not kept: %(numbers)s.") % {"numbers": listed(sorted(unknown))},
            field="standards" if unknown & set(says.standards) else "fields",
        )
    texts = (says.name, says.legal_basis, says.sharing_condition, *(field.name for field in says.fields))
    if any(tells_citizen_number(text) for text in texts):
        raise InvalidInput("number_told", _("This is shown to everybody: leave the citizen number out."), field="name")


def _require_items(edition: InformationCatalog) -> None:
    items = list(edition.items.all())
    if not items:
        raise DomainError("no_items", _("This edition has no items yet. Add at least one."))
    holders = current_holders(clock.today())
    ended = [item for item in items if holders.get(item.provider_id) != item.provider_id]
    if ended:
        raise DomainError(
            "provider_ended",
            _("The units that provide these items have ended: %(names)s. Name the units of today.")
            % {"names": listed_apart(f"{item.code} {item.name}" for item in ended)},
            items=[item.code for item in ended],
        )


def _require_document(document_number: str, issued_on: date, legal_basis: str, last_day: date | None) -> None:
    if not document_number.strip():
        raise InvalidInput(
            "document_number_missing", _("Give the number of the document that issues it."), field="document_number"
        )
    if not legal_basis.strip():
        raise InvalidInput("basis_missing", _("Name the legal basis."), field="legal_basis")
    if issued_on > clock.today():
        raise InvalidInput("day_to_come", _("This day has not come yet."), field="issued_on")
    if last_day is not None and issued_on < last_day:
        raise InvalidInput(
            "day_before_last_issue", _("The last edition was issued on %(day)s.") % {"day": last_day}, field="issued_on"
        )
