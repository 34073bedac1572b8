#!/usr/bin/env bash
# Prints the name (cp313) of the environment and build that a make target uses.
# usage: tools/environment.sh [X.Y]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/lib.sh
python_tag "$(find_python "${1:-}")"
