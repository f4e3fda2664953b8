"""A contract for import-linter: another app is entered through its doors only (pyproject.toml names them)."""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class DoorsContract(Contract):
    """Every direct import from one app into another must aim at a door of the other, or below it."""

    type_name = "doors"

    apps = fields.ListField(subfield=fields.StringField())
    doors = fields.ListField(subfield=fields.StringField())
    more_doors = fields.ListField(subfield=fields.StringField())
    roof = fields.ListField(subfield=fields.StringField())
    broken_contract_guidance = fields.TextField(required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        doors = [f"{app}.{door}" for app in self.apps for door in self.doors] + list(self.more_doors)
        broken = []
        for importer in sorted(graph.modules):
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                if self._crosses(importer, imported) and not any(_is_in(imported, door) for door in doors):
                    lines = [detail["line_number"] for detail in _details(graph, importer, imported)]
                    broken.append((importer, imported, lines))
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported, lines in check.metadata["broken"]:
            where = ", ".join(f"l.{line}" for line in lines)
            output.print_error(f"{importer} goes into {imported} ({where})", bold=False)

    def _crosses(self, importer: str, imported: str) -> bool:
        if any(_is_in(importer, part) for part in self.roof):
            return False
        target = _owner(imported, self.apps)
        return target is not None and _owner(importer, self.apps) != target


def _owner(module: str, apps: list[str]) -> str | None:
    return next((app for app in apps if _is_in(module, app)), None)


def _is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _details(graph: ImportGraph, importer: str, imported: str) -> list[dict[str, int]]:
    return graph.get_import_details(importer=importer, imported=imported)
