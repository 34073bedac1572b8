#!/usr/bin/env bash
# Sets up everything that a make target needs: Debian packages, a virtual environment and the
# build. Does only what is missing, so that calling it again costs a fraction of a second.
#
# usage: tools/setup.sh [--python X.Y] [--groups "build lint bench"] [--until STEP]
# STEP is environment, configure or build (all of it, the default). Prints nothing but progress;
# the environment is .venv/cpXY, the build build/cpXY.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/lib.sh

version="" groups="build" until=build
while (($#)); do
  case $1 in
    --python) version=$2; shift 2 ;;
    --groups) groups=$2; shift 2 ;;
    --until) until=$2; shift 2 ;;
    *) die "tools/setup.sh does not know the option '$1'" ;;
  esac
done

install_debian_packages "$groups"
python=$(find_python "$version")
tag=$(python_tag "$python")
venv=.venv/$tag
make_environment "$python" "$venv" "$groups"
[[ $until == environment ]] && exit
use_recent_cmake "$venv"
configure_aipy "$venv" "build/$tag"
[[ $until == configure ]] && exit
install_requirements "$venv" test &
build_aipy "$venv" "build/$tag"
wait $!
