# Over the reals: poles and branch points inside the domain, ends without bound, a single point. Kinks and gaps may be searched
# (here too short a time to find anything: 3).
try() {
    approxcc synth "$@" --type real --max-error 1e-90rel --generations 1 --budget 1s -o none.json >/dev/null 2>complaint
    code=$?
    echo "$* : $code"
    [ $code = 1 ] && cat complaint
    [ -e none.json ] && echo "something was written" && rm none.json
}
try '1/x' --domain '[-1,1]'
try '1/x' --domain '(0,1]'
try '1/(x-pi/10)' --domain '[0,1]'
try '1/(x*x-0.5)' --domain '[0,1]'
try tan --domain '[0,2]'
try tan --domain '[-1e3,1e-3]'
try gamma --domain '[-2.5,-1.5]'
try 'log(abs(x-pi/4))' --domain '[0,1]'
try log --domain '(0,1]'
try 'exp(1/x)' --domain '(0,1]'
try 'sqrt(x)' --domain '[-1,1]'
try cbrt --domain '[-1,1]'
try 'sqrt(abs(x-pi/10))' --domain '[0,1]'
try 'log(x)' --domain '[0,1)'
try exp --domain '[1,1]'
try 'sin(x)/x' --domain '[2,2]'
try 'sqrt(abs(x-pi/10))' --domain '[0,1]' --ops '+,-,*,/,sqrt'
try 'abs(x-pi/10)' --domain '[-1,1]'
try 'floor(x)+exp(x)' --domain '[0,3]'
try 'x*log(abs(x))' --domain '[-1,1]' --exact '0:0'
try 'exp(sqrt(x))' --domain '[0,1]'
try 'sin(x)/x' --domain '(0,1]'
try 'sin(x)+1e-9/(x+1e-6)' --domain '[0,1]'
try 'atan2(x,1)' --domain '[-1,1]'
try 'erf(x)/x' --domain '(0,2]'
