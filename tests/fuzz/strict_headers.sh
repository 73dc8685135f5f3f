# Headers of every type pass the strictest compilers in C and C++, twice in one file, and their code links and runs.
for type in f16 bf16 f32 f64; do
    approxcc synth exp2 --type $type --domain '[0.5,1]' --max-error 1e-2rel --generations 1 --target x86-64 \
        -o $type.h -o $type.o -o $type.so >/dev/null || echo "no $type"
    cat >$type.c <<C
#include "$type.h"
#include "$type.h"
int main(void) { approx_exp2_array(NULL, NULL, 0); return 0; }
C
    cp $type.c $type.cpp
    for compiler in 'gcc -std=c11' 'gcc' 'clang-19'; do
        $compiler -Wall -Wextra -Werror -pedantic $type.c $type.o -o m && ./m || echo "$compiler $type"
    done
    for compiler in 'g++' 'clang++-19'; do
        $compiler -Wall -Wextra -Werror -pedantic $type.cpp ./$type.so -o m && LD_LIBRARY_PATH=. ./m || echo "$compiler $type"
    done
    [ -z "$(nm -u $type.o)$(nm -D -u $type.so)" ] || echo "$type has undefined symbols"
    nm -D --defined-only $type.so | cut -d ' ' -f 3
    if objdump -d $type.o | grep -qE 'vfn?m|%[yz]mm'; then echo "x86-64 has no AVX"; fi
done
