# libm: what cannot be done is said in a sentence, and nothing is written.
try() { approxcc libm "$@" 2>&1 | grep -v -e warning -e '--help'; }
try
try -o a -o b
try expg -o lib
try expf --target vax -o lib
try expf --max-error 1foo -o lib
try expf --prefix 1a -o lib
try --function expf -o lib
try j0f expf --target x86-64-v3 -o lib
try expf --function y1f=1ulp --target x86-64-v3 -o lib
try expf --function erff=0.5001ulp --target x86-64-v3 -o lib
mkdir lib
echo mine >lib/file
try expf --target x86-64-v3 -o lib
try expf --target x86-64-v3 -o lib/file
try expf --target x86-64-v3 -o nowhere/lib
ls -A . lib
status() { approxcc libm "$@" >/dev/null 2>&1; echo "$?"; }
status --help
status j0f --target x86-64-v3 -o other
status --require --function y1f=1ulp --target x86-64-v3 -o other
status expf --target x86-64-v3 -o lib
status -o
