# Nearly correctly rounded in one generation: not met, the best is described, nothing is written.
approxcc synth 'gamma(x)' --type f32 --domain '[1,9]' --max-error 0.5001ulp --generations 1 -o k.c -o k.o
code=$?
ls
exit $code
