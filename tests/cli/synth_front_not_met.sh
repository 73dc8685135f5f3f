# Operators that cannot do it: no result is a result (3), with the whole front for the record, and nothing is written.
approxcc synth exp2 --type real --domain '[0,1]' --ops '+,-' --max-error 5digits --generations 5 -o k.json
code=$?
ls
exit $code
