# One line of JSON for every program of every file; what cannot be written is refused before the work.
approxcc verify "$DATA/paper_f2.approx" "$DATA/paper_f3.approx" -o both.json >/dev/null
wc -l <both.json
try() { approxcc verify "$DATA/paper_f2.approx" "$@"; echo "exit $?" >&2; }
try -o nowhere/x.json
try -o x.txt
mkdir folder.json
try -o folder.json
try --domain '[0,1]' --domain '[0,1]'
try --points 18446744073709551615
