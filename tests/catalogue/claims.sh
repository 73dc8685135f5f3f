#!/bin/sh
# claims.sh APPROXCC: every entry, on every 100003rd float, those of 16 bits on every one.
set -eu
cd "$(dirname "$0")/../../runtime/catalogue/entries"
"$1" verify ./*_f32_*.approx --stride 100003
"$1" verify ./*f16_*.approx
# What is compiled in are these files.
for entry in *.approx; do
    "$1" show "${entry%.approx}" | cmp - "$entry"
done
