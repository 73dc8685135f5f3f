#!/bin/sh
# finds_faults.sh APPROXCC: entries with a digit of each coefficient changed, with a claim that is too good, and with values that are an
# ulp below those to be hit, do not stand.
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
# tanh(inf) = 1 - 2^-24, exp(0) likewise: within the bound of 11 bits, and wrong all the same.
for name in tanh_f32_11bits_x86-64-v3 exp_f32_11bits_x86-64-v3; do
    sed -e '/^claim /d' -e '/^checked /d' -e '/^worst /d' -e '/^special /d' $name.approx |
        awk '/^program/ { in_program = 1 }
             in_program && /^return/ { print "f32 v9000 = const 0x1.fffffep-1"; print "f32 v9001 = mul " $2 " v9000"; $2 = "v9001" }
             { print }' >"$scratch/special.approx"
    if "$1" verify "$scratch/special.approx" --stride 100003 >"$scratch/said"; then
        echo "$name: the wrong specials were not found"
        exit 1
    fi
    cat "$scratch/said"
    grep -q 'bound 11bits: met' "$scratch/said"
    grep -q 'special inputs give a wrong result' "$scratch/said"
done
