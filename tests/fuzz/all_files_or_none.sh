# One file that cannot be written: none appears, and no temporary one stays. The longest name there is works.
try() { approxcc synth exp2 --type f16 --domain '[0,1]' --generations 1 "$@" >/dev/null; echo "exit $?" >&2; }
try -o k.c -o /dev/full -o k.h
try -o k.c -o nowhere/k.h
try -o k.c -o k.h/
name=$(awk 'BEGIN { for (i = 0; i < 253; i++) printf "n" }')
try -o "$name.c"
try -o "$name$name.c" 2>&1 | cut -c 1-30 >&2
rm "$name.c"
ls -A
