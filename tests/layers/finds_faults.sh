#!/bin/sh
# check_layers must find each planted fault in a copy of the tree, and none in the clean copy.
set -eu
source=$1
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
for folder in runtime frontend search passes tools; do
    [ -d "$source/$folder" ] && cp -r "$source/$folder" "$copy/"
done
mkdir -p "$copy/passes" "$copy/tools"

"$source/tools/check_layers" "$copy" >/dev/null || { echo "the clean copy fails"; exit 1; }

plant() { # FILE LINE
    mkdir -p "$(dirname "$copy/$1")"
    [ -e "$copy/$1" ] && cp "$copy/$1" "$copy/saved"
    echo "$2" >>"$copy/$1"
    if "$source/tools/check_layers" "$copy" >/dev/null; then
        echo "not found: $2 in $1"
        exit 1
    fi
    if [ -e "$copy/saved" ]; then mv "$copy/saved" "$copy/$1"; else rm "$copy/$1"; fi
}

plant runtime/base/err.c '#include "search/search.h"'
plant runtime/prog/prog.c '#include "runtime/oracle/oracle.h"'
plant runtime/measure/verify.h '#include <mpfr.h>'
plant runtime/prog/goal.c ' #  include <llvm-c/Core.h>'
plant search/search.h '#include "frontend/infix.h"'
plant frontend/infix.h '#include "tools/say.h"'
plant search/fit.h '#include <ffi.h>'
plant runtime/measure/verify.c '#include <sqlite3.h>'
plant tools/say.c '#include <sqlite3.h>'
plant tools/library/api_goal.c '#include "tools/load.h"'
plant tools/library/api_goal.c 'static void f(void) { puts("x"); }'
plant search/judged.c '#include "tools/library/api_objects.h"'
plant search/planted.cpp 'int x;'
plant search/err.c 'int x;'
echo "all planted faults found"
