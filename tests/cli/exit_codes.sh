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
quiet approxcc synth 'gamma(x)' --type f32 --domain '[1,9]' --max-error 0.5001ulp --generations 1
