# Each vector form uses only instructions of its level: b none of AVX, c none that fuses and no integers of 256 bits, d no registers of 512.
command -v objdump >/dev/null || exit 77
approxcc libm --target x86-64-v4 -o lib 2>/dev/null
objdump -d --no-show-raw-insn lib/lib/libapproxm.so | awk '
    /^[0-9a-f]+ <.*>:$/ { name = $2; form = substr(name, 6, 1); is_vector = name ~ /^<_ZGV/ }
    !is_vector || NF < 2 { next }
    { code = substr($0, index($0, ":") + 1); count[form]++ }
    form == "b" && code ~ /^[ \t]*v|%ymm|%zmm/ { print "b: " name code; bad = 1 }
    form == "c" && code ~ /^[ \t]*(vfn?m(add|sub)|vp[a-z]+ .*%ymm)|%zmm/ { print "c: " name code; bad = 1 }
    form == "d" && code ~ /%zmm|%k[0-7]/ { print "d: " name code; bad = 1 }
    END {
        if (!count["d"] || !count["e"] || (count["b"] == 0) != (count["c"] == 0)) bad = 1
        if (bad) print "instructions of b, c, d, e:", count["b"], count["c"], count["d"], count["e"]
        exit bad
    }'

# Vectors of 256 bits have their constants in memory, so that nearly none is spread over the lanes in a call; what exp2f of one value (within 4 ulp,
# where it has no table) does to the bits of its result, it does where the result is.
objdump -d --no-show-raw-insn lib/lib/libapproxm.so | awk '
    /^[0-9a-f]+ <.*>:$/ { name = $2; is_common = name ~ /^<_ZGVd/ && name !~ /_rare/ }
    is_common && NF > 1 { n++ }
    is_common && /broadcast/ { n_spread++ }
    END { if (n == 0 || 50 * n_spread > n) { print n_spread, "constants of", n, "instructions are spread"; exit 1 } }'
approxcc libm exp2f --max-error 4ulp --target x86-64-v3 -o one 2>/dev/null
objdump -d --no-show-raw-insn --disassemble=exp2f one/lib/libapproxm.so | awk '
    /vmovd +%e/ { print "back from a general register:" $0; bad = 1 }
    /vpaddd/ { n++ }
    END { exit bad || n == 0 }'
