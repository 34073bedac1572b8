"""Makes the build tree's package/ a complete site directory, and shows it to an environment.

Contract: PACKAGE (…/package/aipy) already holds, or will hold, the built parts. This adds a link
for each file and folder of src/python/aipy, drops links whose source is gone, and writes the
distribution's metadata beside it, so that `importlib.metadata` answers as in an installed wheel.
With `--into VENV` it also puts the folder on that environment's path and makes the command
`aipy` there. Calling it again changes nothing that is already right.
"""

from __future__ import annotations

import argparse
import stat
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src" / "python" / "aipy"


def link_sources(package: Path) -> None:
    """Links every entry of the Python package's folder into `package`."""
    package.mkdir(parents=True, exist_ok=True)
    wanted = {path.name: path for path in SOURCES.iterdir() if path.name != "__pycache__"}
    for link in package.iterdir():
        if link.is_symlink() and link.name not in wanted:
            link.unlink()
    for name, source in wanted.items():
        link = package / name
        if link.is_symlink() and link.readlink() == source:
            continue
        link.unlink(missing_ok=True)
        link.symlink_to(source)


def write_metadata(site: Path) -> None:
    """Writes the dist-info folder that tells the distribution's name, version and scripts."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    name, version = project["name"], project["version"]
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    for stale in site.glob(f"{name.replace('-', '_')}-*.dist-info"):
        if stale != info:
            for path in stale.iterdir():
                path.unlink()
            stale.rmdir()
    info.mkdir(exist_ok=True)
    write(info / "METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    scripts = "".join(f"{command} = {target}\n" for command, target in project["scripts"].items())
    write(info / "entry_points.txt", f"[console_scripts]\n{scripts}")
    write(info / "INSTALLER", "aipy build tree\n")


def show_to_environment(site: Path, environment: Path) -> None:
    """Puts `site` on the environment's path and makes the command `aipy`."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    packages = environment / "lib" / version / "site-packages"
    write(packages / "aipy-build-tree.pth", f"{site}\n")
    command = environment / "bin" / "aipy"
    python = (environment / "bin" / "python").absolute()
    write(command, f"#!{python}\nimport sys\n\nfrom aipy.cli import main\n\nsys.exit(main())\n")
    command.chmod(command.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def write(path: Path, text: str) -> None:
    """Writes `text` unless the file holds it already, so that its time stays."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("package", type=Path, help="the package folder in the build tree")
    parser.add_argument("--into", type=Path, metavar="VENV", help="environment to show it to")
    arguments = parser.parse_args()

    package = arguments.package.absolute()
    link_sources(package)
    write_metadata(package.parent)
    if arguments.into:
        show_to_environment(package.parent, arguments.into)


if __name__ == "__main__":
    main()
