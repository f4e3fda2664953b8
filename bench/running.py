"""Each figure is prepared and measured in processes of its own, so that peak memory is that of the work alone."""

import importlib
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from bench.report import Figure

MODULES = {
    "import": "bench.importing",
    "publish": "bench.publishing",
    "expire": "bench.expiring",
    "push": "bench.pushing",
    "deliver": "bench.delivering",
    "screening": "bench.screening",
    "batches": "bench.batches",
    "pages": "bench.pages",
    "search": "bench.searching",
    "oversight": "bench.overseeing",
    "grow": "bench.growing",
    "restore": "bench.restoring",
}

ON_DEMAND = {"soak": "bench.soaking", "curve": "bench.curve"}
"""Only when named: they take as long as they are told, or need more than a database."""


def run(name: str, scale: float) -> list[Figure]:
    os.environ["BENCH_FIGURE"] = name
    module = {**MODULES, **ON_DEMAND}[name]
    _apart(_prepare, module, scale)
    return list(_apart(_measure, module, scale))


def _apart(work: Callable[[str, float], Any], module: str, scale: float) -> Any:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=set_up) as pool:
        return pool.submit(work, module, scale).result()


def set_up() -> None:
    """As the web processes and workers do."""
    import django

    django.setup()
    from jinan_credit.kernel.loading import load_all_and_set_it_aside

    load_all_and_set_it_aside()


def _prepare(module: str, scale: float) -> None:
    importlib.import_module(module).prepare(scale)


def _measure(module: str, scale: float) -> list[Figure]:
    return list(importlib.import_module(module).measure(scale))
