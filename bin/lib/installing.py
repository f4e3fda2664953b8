"""Puts the Python packages, the front-end assets and (for tests) a browser in place; quick when nothing changed."""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from places import PYTHON, REQUIREMENTS, ROOT, VENV
from words import Trouble, doing, say


def install_python(*names: str) -> None:
    """Make `.venv` and install the locked requirements of these names (base, local, dev, node), hashes required."""
    _make_venv()
    locks = [REQUIREMENTS / f"{name}.txt" for name in names]
    missing = [lock for lock in locks if not _stamp_of(lock).exists() or _stamp_of(lock).read_text() != _digest(lock)]
    if not missing:
        return
    with doing(f"installing the Python packages of {', '.join(lock.name for lock in missing)}"):
        files = [part for lock in missing for part in ("-r", str(lock))]
        _run(
            [str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", *files],
            "The Python packages could not be installed. Is the package registry reachable?",
        )
    for lock in missing:
        _stamp_of(lock).write_text(_digest(lock))


def install_front_end() -> None:
    """`npm ci`, with npm from a Python wheel where the machine has none."""
    lock = ROOT / "package-lock.json"
    stamp = ROOT / "node_modules" / ".installed"
    if stamp.exists() and stamp.read_text() == _digest(lock):
        return
    npm = shutil.which("npm")
    environment = dict(os.environ)
    if npm is None:
        say("… npm is not on PATH: taking Node from a Python wheel")
        install_python("node")
        npm = str(VENV / "bin" / "npm")
        environment["PATH"] = f"{VENV / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
    with doing("installing the front-end assets"):
        _run(
            [npm, "ci", "--ignore-scripts", "--no-progress", "--loglevel=error"],
            "The front-end assets could not be installed with npm ci. Is the npm registry reachable?",
            environment,
        )
    stamp.write_text(_digest(lock))


def install_browser() -> None:
    """Chromium and a Chinese font from Debian, for the end-to-end tests."""
    chinese = subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True) if shutil.which("fc-list") else None
    if shutil.which("chromium") and chinese and chinese.stdout:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Trouble("Chromium and a Chinese font are needed. On Debian: apt-get install chromium fonts-noto-cjk")
    with doing("installing Chromium and a Chinese font"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        words = "apt-get could not install chromium and fonts-noto-cjk."
        _run(["apt-get", "update", "-qq"], words, quiet)
        packages = ["chromium", "fonts-noto-cjk", "fontconfig"]
        _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], words, quiet)


def _make_venv() -> None:
    if _works(PYTHON):
        return
    if VENV.exists():
        say("… .venv is broken (moved, or its Python is gone): making it anew")
        shutil.rmtree(VENV)
    with doing("making .venv"):
        try:
            venv.EnvBuilder(with_pip=True, symlinks=True).create(VENV)
        except (OSError, subprocess.CalledProcessError) as error:
            shutil.rmtree(VENV, ignore_errors=True)
            if isinstance(error, PermissionError):
                raise Trouble(f"{ROOT} cannot be written ({error.strerror}). It must belong to you.") from error
            raise Trouble(
                f"{sys.executable} cannot make a virtual environment with pip.\nOn Debian: apt-get install python3-venv"
            ) from error


def _works(python: Path) -> bool:
    try:
        checked = subprocess.run(
            [str(python), "-c", "import pip, sys; print(sys.prefix)"], capture_output=True, text=True
        )
    except OSError:
        return False
    return checked.returncode == 0 and Path(checked.stdout.strip()).resolve() == VENV.resolve()


def _stamp_of(lock: Path) -> Path:
    return VENV / f".installed-{lock.stem}"


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _run(command: list[str], words: str, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise Trouble(f"{words}\n{last}")
