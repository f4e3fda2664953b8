"""The floors, the siblings and the doors, as pyproject.toml writes them; and what import-linter cannot say."""

import re
import subprocess
import sys
import tomllib

import grimp
import pytest

from tests.conftest import ROOT

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
PACKAGES = CONTRACTS["root_packages"]


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph(*PACKAGES, include_external_packages=True)


def test_the_contracts_are_kept():
    run = "from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run([sys.executable, "-c", run], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout


def test_every_package_at_the_top_has_a_floor():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench", "examples"}

    assert packages == set(PACKAGES)


def test_every_app_is_in_the_contract_of_doors():
    doors = next(contract for contract in CONTRACTS["contracts"] if contract["id"] == "doors")
    apps = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for pattern in ("*/apps.py", "jinan_credit/*/apps.py")
        for path in ROOT.glob(pattern)
    }

    assert set(doors["apps"]) == apps


def test_the_kernel_knows_no_models(graph):
    for module in graph.find_descendants("jinan_credit.kernel"):
        source = (ROOT / f"{module.replace('.', '/')}.py").read_text()
        assert not re.search(
            r"django\.db import .*(models|connection)|django\.db\.models|\.objects\.(get|filter|create)", source
        ), f"{module} knows tables; the kernel is plain Python"


def test_rules_are_pure(graph):
    """Rules get what they judge, the day included, passed in."""
    impure = ("models", "services", "selectors", "clock")
    wrong = [
        f"{module} imports {imported}"
        for module in sorted(graph.modules)
        if "rules" in module.split(".")
        for imported in sorted(graph.find_modules_directly_imported_by(module))
        if set(impure) & set(imported.split("."))
    ]

    assert not wrong


def test_a_door_that_is_not_one_is_found(graph):
    """The contract itself can fail."""
    from tests.architecture.doors import DoorsContract

    options = next(contract for contract in CONTRACTS["contracts"] if contract["id"] == "doors")
    contract = DoorsContract(
        name="doors",
        session_options={},
        contract_options={**options, "doors": ["signals"], "more_doors": ["jinan_credit.kernel"]},
    )

    check = contract.check(graph, verbose=False)

    assert not check.kept
    assert any(imported.startswith("lists.models") for _, imported, _ in check.metadata["broken"])
