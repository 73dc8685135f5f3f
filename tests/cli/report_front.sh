# synth --report: a page that is XML too and needs nothing from elsewhere; each program of the front in it.
approxcc synth exp2 --type real --domain '[0,1]' --ops '+,-,*,/' --front --generations 2 --seed 3 \
    -o front.json --report page.html >/dev/null || exit
if command -v xmllint >/dev/null; then xmllint --noout page.html; fi
grep -v xmlns page.html | grep -e 'https*:' -e '<script' -e '<link' -e '@import'
[ "$(grep -c '^<tr><td class="number">[0-9]*</td><td class="number">[^<]*</td><td>[^c]* rel' page.html)" = \
    "$(wc -l <front.json)" ] || echo "not every program has its row"
grep -o '<h[23]>[^<]*' page.html
grep -o 'class="key"[^<]*' page.html | sed 's/.*>//'
grep -o 'seed 3\.' page.html
grep -o 'front --generations 2 --seed 3' page.html
[ "$(grep -o '<svg [^>]*class="curve"' page.html | wc -l)" = "$(wc -l <front.json)" ] || echo "curves are missing"
ls
