#!/bin/sh
# installed.sh BUILD SOURCE: installs into a folder under DESTDIR, moves the tree elsewhere, hides nothing of the build from it, and builds
# a project against it: find_package, approxcc_generate, pkg-config, the example of the C API, man page, plugin.
set -eu
build=$1 source=$2
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
XDG_CACHE_HOME=$scratch/cache
export XDG_CACHE_HOME

DESTDIR=$scratch/staged cmake --install "$build" --prefix /opt/approx >log || { cat log; exit 1; }
mv staged/opt/approx moved
[ -z "$(find staged -type f)" ] || { echo 'outside of the prefix:'; find staged -type f; exit 1; }
(cd moved && find . ! -type d | sort) >files
sed 's|/lib/[^/]*-linux-gnu/|/lib/|; s|-targets-[a-z]*.cmake|-targets-TYPE.cmake|' files | sort | diff "$here/files" - || { echo 'other files than expected'; exit 1; }

# Nothing but LLVM and the system is needed, and the build folder is not known.
if grep -rlF "$build" moved; then echo 'names the build folder'; exit 1; fi
if grep -rlF /opt/approx moved; then echo 'names the prefix'; exit 1; fi
moved/bin/approxcc --version
[ "$(readlink moved/bin/approxcc++)" = approxcc ]

target=$(moved/bin/approxcc --print-targets | grep -q 'x86-64.*(native)' && echo x86-64-v3 || echo aarch64)
cp -r "$here/project" project
cp "$source/docs/examples/library.c" project
cmake -S project -B out -DCMAKE_PREFIX_PATH="$scratch/moved" -DPROCESSOR="$target" >log 2>&1 || { cat log; exit 1; }
cmake --build out >log 2>&1 || { cat log; exit 1; }
out/generated
out/library | sed 's/ at 0x.*//'
approx=out/approxcc/generated/bell.approx
moved/bin/approxcc verify $approx | grep 'bound 1ulp: met'

PKG_CONFIG_PATH=$(dirname "$(find moved -name approxcc.pc)")
export PKG_CONFIG_PATH
# shellcheck disable=SC2046 # a list of words
cc project/library.c $(pkg-config --cflags --libs approxcc) -lm -o by_pkg_config
LD_LIBRARY_PATH=$(pkg-config --variable=libdir approxcc) ./by_pkg_config | sed 's/ at 0x.*//'
[ -r "$(pkg-config --variable=plugin approxcc)" ]

# A wrong call of the function is told when the project is configured.
cat >>project/CMakeLists.txt <<'END'
approxcc_generate(TARGET generated FUNCTION "x+1")
END
cmake -S project -B out 2>&1 | grep -o "the expression 'x+1' needs a SYMBOL"
