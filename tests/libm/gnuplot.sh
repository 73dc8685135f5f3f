# gnuplot, preloaded with the library: what it tabulates and plots is what it was, and right.
command -v gnuplot >/dev/null || { echo "gnuplot is not installed (Debian: gnuplot-nox)" && exit 77; }
machine=$(approxcc --print-targets | sed -n 's/ .*(native)//p')
approxcc libm --target "$machine" -o lib 2>/dev/null
library=$PWD/lib/lib/libapproxm.so
cat >plot.gp <<'END'
set samples 201
set xrange [0.1:10]
set table OUT
plot exp(x), log(x), sin(x), cos(x), atan(x), tanh(x), besj0(x), gamma(x), erf(x), x**0.3
unset table
set terminal dumb 79 24
set output OUT . ".txt"
plot exp(-x / 3) * sin(3 * x) title "damped"
END
gnuplot -e 'OUT = "without"' plot.gp
LD_PRELOAD=$library gnuplot -e 'OUT = "with"' plot.gp
cmp without with
cmp without.txt with.txt
awk 'function near(a, b) { d = a - b; return d < 1e-5 * (b < 0 ? -b : b) + 1e-5 && -d < 1e-5 * (b < 0 ? -b : b) + 1e-5 }
     /^# Curve 0/ { curve = 1 } /^# Curve [1-9]/ { curve++ }
     NF == 3 && $3 == "i" {
         n++
         if (curve == 1 && !near($2, exp($1))) bad++
         if (curve == 2 && !near($2, log($1))) bad++
         if (curve == 3 && !near($2, sin($1))) bad++
         if (curve == 4 && !near($2, cos($1))) bad++
     }
     END { if (n < 2010 || bad) print n " points, " bad " wrong"; exit n < 2010 || bad > 0 }' with
LD_DEBUG=libs LD_PRELOAD=$library gnuplot -e 'OUT = "with"' plot.gp 2>&1 | grep -q 'calling init:.*libapproxm'
