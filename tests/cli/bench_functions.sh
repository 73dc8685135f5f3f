# bench: functions of the catalogue beside other libraries; what times are is told by the machine.
native=$(approxcc --print-targets | sed -n 's/ .*(native)//p')
approxcc bench expf --against glibc --budget 1s --stride 1000003 --json found.json |
    sed -e '/^Times are/s/.*/Times are .../' -e "s/$native/NATIVE/" -e 's/[0-9.]\+ ns/TIME/g' -e 's/[0-9.]\+ times/N times/' \
        -e 's/ \+[0-9.]\+ ulp, [a-z ]*;/ ERROR;/' -e 's/; the machine was too busy.*//' -e 's/  */ /g'
python3 - <<'END'
import json
rows = [json.loads(line) for line in open("found.json")]
print([row["who"] for row in rows], sorted(rows[0]))
ours, glibc = rows
assert ours["method"] == "exhaustive" and ours["max_ulp"] <= 1 and ours["array_ns"] > 0
assert ours["bound"] == "1ulp" and "bound" not in glibc
assert glibc["vector_ns"] is None and 0.3 < glibc["max_ulp"] < 1 and glibc["specials_wrong"] == 0
END
# What it found is read by report and by libm.
approxcc show exp_f32_1ulp_x86-64-v3 >exp.approx
approxcc report exp.approx --beside found.json -o page.html
approxcc libm expf --target "$native" --beside found.json -o lib >/dev/null 2>&1
ls page.html lib/CLAIMS.md
approxcc report exp.approx --beside found.json -o table.md
if [ "$native" = x86-64-v3 ]; then grep -c '\\\*' table.md; else echo 0; fi # the time is of that run
try() { approxcc bench "$@" 2>&1 | grep -v -e '--help' ; }
try --against libfoo expf
try j0f
try expf --target aarch64
try expf --update
try expf --stride 0
