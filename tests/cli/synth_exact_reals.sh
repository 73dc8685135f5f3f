# Functions that a program can be are found exactly, with error 0, from the reference and from nothing.
try() {
    approxcc synth "$@" --type real --domain '[0.5,2]' --max-error 25digits --generations 12 --budget 60s \
        -o found.json >/dev/null || { echo "$*: exit $?"; return; }
    sed 's/.*"ops": \([0-9]*\), "cost.*"max_rel": \([^,]*\), "max_abs": \([^,]*\),.*/\1 operations, \2 relative, \3 absolute/' found.json |
        sed "s|^|$*: |"
}
try 7
try '1/4'
try x
try '(x+1)/(x+2)'
try '0.1*x^2-0.3'
try 7 --from-scratch
try 'x*x+3*x' --from-scratch
try '(x+1)/(x+2)' --from-scratch
try 'sqrt(1+x^2)' --ops '+,*,sqrt'
# A front ends with it.
approxcc synth 'x*x+3*x' --type real --domain '[-1,2]' --front --generations 6 --budget 60s | awk 'END { print $1, $2, $3, $4 }'
