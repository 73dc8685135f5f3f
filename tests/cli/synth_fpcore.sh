cat >half.fpcore <<'END'
(FPCore (x)
 :name "halfexp" :precision binary32 :pre (<= 0.25 x 0.5)
 (exp (* x 0.5)))
END
approxcc synth half.fpcore --max-error 1ulp --generations 2 -o half.approx >/dev/null || exit
grep -e '^name' -e '^type' -e '^domain' -e '^bound' half.approx
approxcc verify half.approx | tail -n 1
