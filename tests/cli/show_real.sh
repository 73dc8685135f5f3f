cd "$DATA" || exit
approxcc show paper_f2.approx --as fpcore
approxcc show paper_f2.approx --as c
