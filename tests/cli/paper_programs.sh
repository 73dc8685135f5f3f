# The programs of AutoNumerics-Zero, figure 11, against the errors that were measured elsewhere in 60-digit
# arithmetic: 0.0413812, 0.0012266, 6.33857e-6, 3.52e-15.
for program in paper_f2 paper_f3 paper_f5 paper_f10; do
    approxcc verify "$DATA/$program.approx" -o $program.json >$program.out || cat $program.out
    awk -f "$DATA/json_paths.awk" $program.json |
        awk '$1 == ".error.max_rel" { rel = $2 } $1 == ".error.max_abs" { abs = $2 } $1 == ".error.method" { how = $2 }
             END { printf "relative %.2e absolute %.2e %s\n", rel, abs, how }'
done
