#!/bin/sh
# claims.sh APPROXCC: every entry, on every 100003rd float.
set -eu
cd "$(dirname "$0")/../../runtime/catalogue/entries"
"$1" verify ./*.approx --stride 100003
# What is compiled in are these files.
for entry in *.approx; do
    "$1" show "${entry%.approx}" | cmp - "$entry"
done
