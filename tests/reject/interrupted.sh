# Ctrl-C after a second: 130, nothing written, not even in part.
timeout --preserve-status -s INT 1 \
    approxcc synth 'erf(x)*exp(sin(x))' --type f32 --domain '[-4,4]' --max-error 0.51ulp --budget 60s -o k.c -o k.o
code=$?
ls -A
exit $code
