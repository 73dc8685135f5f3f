cd "$DATA" || exit
quiet() { "$@" >/dev/null 2>&1; echo "$? $*"; }
quiet approxcc --version
quiet approxcc verify paper_f2.approx
quiet approxcc verify paper_f2.approx --max-error 3digits
quiet approxcc verify none.approx
quiet approxcc verify
quiet approxcc synth
quiet approxcc synth nosuch
quiet approxcc synth exp2 --typo f32
quiet approxcc synth 'erf(x)*exp(sin(5*x))' --type f32 --domain '[0.5,1]' --max-error 0.5ulp --generations 1
