# Functions for tools/setup.sh. Each does only what is missing and says what it does.

supported_versions=(3.14 3.13 3.12) # newest first; 3.11 builds when asked for

say() { printf 'aipy: %s\n' "$*" >&2; }

die() {
  printf 'aipy: %s\n' "$*" >&2
  exit 1
}

# Debian packages by group. `build` also covers the C++ tests.
debian_packages() {
  case $1 in
    build)
      echo clang-22 llvm-22-dev lld-22 cmake ninja-build ccache g++ git \
        libgtest-dev zlib1g-dev libzstd-dev libxml2-dev
      ;;
    lint) echo clang-format-22 clang-tidy-22 ;;
    bench) echo pypy3 libbenchmark-dev ;;
    *) die "there is no group of packages named '$1'" ;;
  esac
}

# The named packages that are not installed.
missing_packages() {
  local package
  for package in "$@"; do
    if [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) != installed ]]; then
      echo "$package"
    fi
  done
}

# Installs the groups' packages where we may; elsewhere says what to install.
# Systems without dpkg are taken at their word: CMake tells what it does not find.
install_debian_packages() {
  command -v dpkg-query >/dev/null || return 0
  local group packages=() missing become_root=()
  for group in $1; do
    read -ra more <<<"$(debian_packages "$group")"
    packages+=("${more[@]}")
  done
  mapfile -t missing < <(missing_packages "${packages[@]}")
  ((${#missing[@]})) || return 0

  if ((EUID != 0)); then
    sudo -n true 2>/dev/null || die "install these packages first: apt-get install ${missing[*]}"
    become_root=(sudo -n)
  fi
  say "installing ${missing[*]}"
  "${become_root[@]}" apt-get update -qq
  "${become_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# True if the program is a CPython X.Y with the GIL, its headers and venv: one we can build for.
usable_python() {
  "$1" - "$2" 2>/dev/null <<'PYTHON'
import ensurepip, os, sys, sysconfig, venv

usable = (
    "%d.%d" % sys.version_info[:2] == sys.argv[1]
    and sys.implementation.name == "cpython"
    and not sysconfig.get_config_var("Py_GIL_DISABLED")
    and os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h"))
)
sys.exit(0 if usable else 1)
PYTHON
}

# Prints the path of the interpreter of version $1, or of the newest supported one.
find_python() {
  local version candidate versions=("${supported_versions[@]}")
  if [[ -n $1 ]]; then
    versions=("$1")
  fi
  for version in "${versions[@]}"; do
    for candidate in $(type -aP "python$version" || true) \
      "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/"python$version" \
      /usr/bin/"python$version" /usr/local/bin/"python$version" /opt/python/*/bin/"python$version"; do
      if [[ -x $candidate ]] && usable_python "$candidate" "$version"; then
        echo "$candidate"
        return
      fi
    done
  done
  die "no usable CPython ${versions[*]} found (with headers and venv) on PATH, among pyenv's" \
    "versions, in /usr or /opt/python; install one, for instance by 'pyenv install ${versions[0]}'"
}

# cp313 for a CPython 3.13.
python_tag() { "$1" -c 'import sys; print("cp%d%d" % sys.version_info[:2])'; }

# make_environment PYTHON VENV GROUPS: the virtual environment with the groups' requirements.
make_environment() {
  local python=$1 venv=$2 group
  if [[ ! -x $venv/bin/python ]] || ! "$venv/bin/python" -c '' 2>/dev/null; then
    say "creating $venv from $python"
    rm -rf "$venv"
    "$python" -m venv "$venv"
  fi
  for group in $3; do
    install_requirements "$venv" "$group"
  done
}

# install_requirements VENV GROUP: what the group lists, if it has a list. Modules are compiled when they are imported:
# few of them ever are.
install_requirements() {
  local venv=$1 requirements=tools/requirements/$2.txt stamp=$1/.installed-$2 wanted
  [[ -e $requirements ]] || return 0
  wanted=$(sha256sum <"$requirements")
  [[ $(cat "$stamp" 2>/dev/null) != "$wanted" ]] || return 0
  say "installing $requirements into $venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile -r "$requirements"
  echo "$wanted" >"$stamp"
}

# configure_aipy VENV FOLDER: configures the build once; Ninja does it again when it must.
configure_aipy() {
  local venv=$1 folder=$2 log=$2.log
  [[ ! -e $folder/build.ninja ]] || return 0
  say "configuring $folder"
  mkdir -p "$folder"
  cmake -S . -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=Dev -DAIPY_TEST_BUILD=ON \
    -DAIPY_BUILD_TESTS=ON -DAIPY_BUILD_BENCHMARKS="$(have_google_benchmark)" \
    -DPython_EXECUTABLE="$PWD/$venv/bin/python" >"$log" 2>&1 ||
    { cat "$log" >&2; rm -f "$folder/build.ninja"; die "configuring $folder failed"; }
}

# build_aipy VENV FOLDER: builds what changed, and makes `import aipy` work in VENV.
# The lock keeps two builds of one folder, started from two terminals, apart.
build_aipy() {
  local venv=$1 folder=$2
  flock "$folder.lock" cmake --build "$folder" -- --quiet
  "$venv/bin/python" tools/link_package.py --into "$venv" "$folder/package/aipy"
}

# use_recent_cmake VENV: where the system's CMake or Ninja is missing or too old, puts the ones that PyPI carries on PATH.
use_recent_cmake() {
  local oldest=3.25 found
  found=$(cmake --version 2>/dev/null | sed -n '1s/^cmake version //p')
  if [[ -z $found ]] || ! printf '%s\n' "$oldest" "$found" | sort --check=quiet --version-sort; then
    [[ -x $1/bin/cmake ]] || "$1/bin/python" -m pip install --quiet "cmake>=$oldest" ninja
    PATH=$PWD/$1/bin:$PATH
  elif ! command -v ninja >/dev/null; then
    [[ -x $1/bin/ninja ]] || "$1/bin/python" -m pip install --quiet ninja
    PATH=$PATH:$PWD/$1/bin
  fi
}

have_google_benchmark() {
  if [[ -n $(missing_packages libbenchmark-dev) ]]; then echo OFF; else echo ON; fi
}
