# Correctly rounded in one generation: not met, the best is described, nothing is written.
approxcc synth 'erf(x)*exp(sin(5*x))' --type f32 --domain '[0.5,1]' --max-error 0.5ulp --generations 1 -o k.c -o k.o
code=$?
ls
exit $code
