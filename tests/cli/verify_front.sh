# The programs of a front, judged again from the .json file.
approxcc synth exp2 --type real --domain '[0,1]' --ops '+,-,*,/' --front --generations 2 --seed 3 -o front.json >/dev/null || exit
approxcc verify front.json --max-error 1abs >out || echo "exit $?"
[ "$(grep -c 'digits' out)" = "$(wc -l <front.json)" ] || cat out
approxcc show front.json --as json >again.json && cmp front.json again.json && echo "the same programs"
