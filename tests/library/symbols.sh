#!/bin/sh
# symbols.sh LIBRARY HEADER: the library shows the functions of its header and nothing else, under the soname that programs look for.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
nm -D --defined-only "$1" | sed 's/@.*//' | awk '$2 != "A" { print $3 }' | sort >"$scratch/shown"
sed 's|/\*.*\*/||' "$2" | grep -o '\bapprox_[a-z_]*(' | grep -v '_code)' | tr -d '(' | sort -u >"$scratch/declared"
diff "$scratch/declared" "$scratch/shown"
readelf -d "$1" | grep -q 'soname: \[libapprox.so.0\]'
