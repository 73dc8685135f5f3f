# report: one section for each function, whatever the files; markup in names is text; the same page every time.
approxcc synth 'x/(1+x)' --type f16 --domain '[0,1]' --generations 1 -o 'a&b.approx' >/dev/null || exit
approxcc verify "$DATA/paper_f5.approx" -o f5.json >/dev/null
approxcc report 'a&b.approx' f5.json "$DATA/paper_f3.approx" "$DATA/paper.fpcore" -o one.html --threads 1 &&
    approxcc report 'a&b.approx' f5.json "$DATA/paper_f3.approx" "$DATA/paper.fpcore" -o two.html --threads 2 &&
    cmp one.html two.html
if command -v xmllint >/dev/null; then xmllint --noout one.html; fi
grep -o '<h[23]>[^<]*' one.html
# The table of digits: the row of a file, and the polynomials.
grep -e '^<tr><th>f5.json' -e '^<tr><th>minimax polynomial' one.html | sed 's/<[^>]*>/ /g'
