# Without options of ours the object is clang's, byte for byte, and so are messages and exit statuses.
cat >f.c <<'X'
#include <math.h>
#include <stdio.h>
void f(float *y, const float *x, int n) { for (int i = 0; i < n; i++) y[i] = expf(x[i]) + sinf(x[i]); }
int main(int argc, char **argv) { float x[4] = {1, 2, 3, argc}; f(x, x, 4); printf("%.9g\n", x[3]); return argc; }
X
cp f.c 'sp ace ü.c'
for options in -O0 -O2 '-O3 -ffast-math' '-Os -g' '-O2 -flto' '-O2 -flto=thin' '-O2 -S' '-O2 -S -emit-llvm' -E '-M' '-O2 -std=c99 -Wall'; do
    # shellcheck disable=SC2086 # a list of options
    approxcc $options -c f.c -o ours >o1 2>e1; s1=$?
    # shellcheck disable=SC2086
    clang-19 $options -c f.c -o theirs >o2 2>e2; s2=$?
    cmp ours theirs && cmp o1 o2 && cmp e1 e2 && [ $s1 = $s2 ] || echo "differs: $options"
done
approxcc -O2 'sp ace ü.c' -lm -o 'a ü' && './a ü'
echo "exit status $?"
echo 'int f(void) { return x; }' >bad.c
approxcc -c bad.c 2>e1; s1=$?
clang-19 -c bad.c 2>e2; s2=$?
cmp e1 e2 && echo "status $s1 $s2"
# In C++, by the name.
ln -s "$(command -v approxcc)" approxcc++
echo '#include <vector>
int main() { return (int)std::vector<int>(3).size(); }' >p.cc
./approxcc++ -O2 p.cc -o p && ./p
echo "C++ $?"
