# Lists that no command line can hold: a response file with options of ours and 3 MB of others, with what has to be quoted among them.
printf '#include <math.h>\nfloat f(float x) { return expf(x) + X; }\nconst char *text = TEXT;\n' >'a "b\c.c'
{
    echo '-O2 -march=x86-64-v3 -fapprox-max-error=1 -DX=1'
    cat <<'X'
"-DTEXT=\"a'b\\\\ c\"" "a \"b\\c.c"
X
    awk 'BEGIN { for (i = 0; i < 60000; i++) printf "-DLONG_NAME_OF_A_MACRO_THAT_NOBODY_USES_%08d=some_long_value_of_it\n", i }'
} >options
[ "$(wc -c <options)" -gt 3000000 ] && echo "more than 3 MB"
export TMPDIR=$PWD/temporary && mkdir temporary
approxcc @options -c -o f.o && nm f.o | grep -c expf
strings f.o | grep "a'b"
# The exit status is clang's, and nothing stays behind.
approxcc @options -DX=2 -fno-such -c -o f.o 2>&1
echo "status $?"
ls temporary
# 100,000 files, on the way to the linker, which gets them in a file of clang's: we add nothing of our own.
awk 'BEGIN { for (i = 0; i < 100000; i++) print "./././././././././././f.o" }' >files
{ cat files && echo -fapprox-max-error=1; } >list
approxcc -shared -o f.so @list -### >said 2>&1
echo "status $?"
grep -o '"./././././././././././f.o"' said | wc -l
