#!/bin/sh
# finds_faults.sh APPROXCC: entries with a digit of each coefficient changed, and with a claim that is too good, do not stand.
set -eu
cd "$(dirname "$0")/../../runtime/catalogue/entries"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for name in exp_f32_1ulp_x86-64-v3 log_f32_1ulp_x86-64-v3; do
    # In all long coefficients between 2^-9 and 1.
    sed '/const -\{0,1\}0x1\.[0-9a-f]\{4,\}p-[1-9]$/s/0x1\.\(..\)./0x1.\18/' $name.approx >"$scratch/coefficient.approx"
    sed 's/^claim max_ulp 0\./claim max_ulp 0.1/' $name.approx >"$scratch/claim.approx"
    for fault in coefficient claim; do
        if "$1" verify "$scratch/$fault.approx" --stride 100003; then
            echo "$name: the changed $fault was not found"
            exit 1
        fi
    done
done
