# All inputs are compared with a part of them, of one float variable.
try() { approxcc synth "$@" --compare-whole; echo "exit $?" >&2; }
try exp --type f16 --domain all
try exp --type real --domain '[0,1]' --max-error 6digits
try 'x*y' --type f32 --domain '[0,1]' --domain '[0,1]'
try exp --type f16 --domain '[0,1]' --front -o front.json
