# What report cannot use: one sentence, and no page.
try() { approxcc "$@" >>out; echo "exit $?" >&2; }
cat >good.json <<'END'
{"name": "f", "expression": "exp2(x)", "type": "real", "domain": "[0,1]", "bound": "1digits", "program": "(FPCore (x) :precision real :spec (exp2 x) :pre (<= 0 x 1) (+ x 0.957))", "error": null, "seed": 1}
END
approxcc report good.json -o - | grep -c '<section>'
try report -o page.html
try report good.json
try report good.json -o a.html -o b.html
try report good.txt -o page.html
try report missing.json -o page.html
try report good.json -o .
try report good.json -o nowhere/page.html
: >empty.json && try report empty.json -o page.html
echo '{"name": "f"' >cut.json && try report cut.json -o page.html
echo '[1, 2}' >bracket.json && try report bracket.json -o page.html
echo '{"name" 1}' >colon.json && try report colon.json -o page.html
echo '"a\x"' >escape.json && try report escape.json -o page.html
echo '7' >number.json && try report number.json -o page.html
echo '{"name": "f", "program": "(FPCore (x) (exp x))"}' >answer.json && try report answer.json -o page.html
sed 's/"type": "real"/"type": "f32"/' good.json >type.json && try report type.json -o page.html
sed 's/"domain": "[^"]*"/"domain": "[1,0]"/' good.json >domain.json && try report domain.json -o page.html
sed 's/"program": "(/"program": "((/' good.json >program.json && try report program.json -o page.html
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "[" }' >deep.json && try report deep.json -o page.html
try synth exp2 --type real --domain '[0,1]' --max-error 2digits --report nowhere/page.html
cat out
ls page.html a.html b.html 2>/dev/null
