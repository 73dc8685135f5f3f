# A claim that does not hold is told even where fewer inputs are looked at; a name is no code.
lie() { sed "$1" "$DATA/exp2_f32.approx" >lie.approx; approxcc verify lie.approx --stride 1009 | sed -n 's/^ *//;/bound\|claims/p'; }
lie 's/^claim.*/claim max_ulp 0.1 max_rel 1e-9 max_abs 1e-9/'
lie 's/^claim.*/claim max_ulp nan max_rel nan max_abs nan/'
lie 's/^checked exhaustive/checked proven/;s/^claim max_ulp [^ ]*/claim max_ulp 0.1/'
lie 's/^name.*/name a(void); int evil/' 2>&1
