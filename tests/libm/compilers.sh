# Loops that compilers vectorise call the library: gcc -O3 -ffast-math, gcc -fopenmp-simd, gcc -O3 with the header, clang -fveclib=libmvec; linked
# statically, shared, and preloaded under a program that was linked without it.
grep -qw avx2 /proc/cpuinfo || exit 77
approxcc libm --target x86-64-v3 -o lib 2>/dev/null
cc_flags="-O3 -march=x86-64-v3"
failed=0

fault() { echo "$*" && failed=1; }

# calls OBJECT SYMBOL ...: the object asks for these.
calls() {
    object=$1 && shift
    for symbol; do nm -u "$object" | grep -qw "$symbol" || fault "$object does not call $symbol"; done
}

# right NAME PROGRAM ...: it runs, and says so.
right() {
    name=$1 && shift
    "$@" >"$name.said" || fault "$name: wrong results: $(cat "$name.said")"
    ! grep -q '^[1-9][0-9]* of other bits' "$name.said" || fault "$name: $(cat "$name.said")"
}

# bound NAME SYMBOL PROGRAM: in the running program the symbol is the library's. LD_BIND_NOW: all are looked for.
bound() {
    LD_DEBUG=bindings LD_BIND_NOW=1 "$3" 2>&1 >/dev/null | grep -q "to .*libapproxm.so.*symbol \`$2'" ||
        fault "$1: $2 is not libapproxm's"
}

# all_ways NAME OBJECT SYMBOL: the three ways of linking.
all_ways() {
    gcc "$2" -o "$1_static" lib/lib/libapproxm.a -lmvec -lm && right "$1_static" "./$1_static"
    ! nm -D -u "$1_static" | grep -qw "$3" || fault "$1_static: $3 is not linked in"
    gcc "$2" -o "$1_shared" -Llib/lib -Wl,-rpath,"$PWD/lib/lib" -lapproxm -lmvec -lm
    right "$1_shared" "./$1_shared"
    bound "$1_shared" "$3" "./$1_shared"
    [ "$4" = preload ] || return 0
    gcc "$2" -o "$1_plain" -lmvec -lm
    LD_PRELOAD=$PWD/lib/lib/libapproxm.so right "$1_preloaded" "./$1_plain"
    LD_PRELOAD=$PWD/lib/lib/libapproxm.so bound "$1_preloaded" "$3" "./$1_plain"
}

gcc $cc_flags -ffast-math -c "$SOURCE/loop.c" -o fast.o
calls fast.o _ZGVdN8v_expf expf
all_ways fast fast.o _ZGVdN8v_expf preload
all_ways fast fast.o expf preload

clang-19 $cc_flags -fno-math-errno -fveclib=libmvec -c "$SOURCE/loop.c" -o clang.o
calls clang.o _ZGVdN8v_expf
all_ways clang clang.o _ZGVdN8v_expf preload

# With the header, without any unsafe option. gcc wants the vectors of SSE, too, which need a program for x86-64-v2.
if nm -g lib/lib/libapproxm.a 2>/dev/null | grep -q _ZGVbN4v_expf; then
    gcc $cc_flags -fno-math-errno -DWITH_HEADER -Ilib/include -c "$SOURCE/loop.c" -o header.o
    calls header.o _ZGVdN8v_expf
    all_ways header header.o _ZGVdN8v_expf -
    gcc -O2 -march=x86-64-v3 -fopenmp-simd -DWITH_PRAGMA -DWITH_HEADER -Ilib/include -c "$SOURCE/loop.c" -o pragma.o
    calls pragma.o _ZGVdN8v_expf
    all_ways pragma pragma.o _ZGVdN8v_expf -
fi

# Nothing but the functions is to be seen, and every name of C has no version, so that it takes the place of glibc's.
nm -D --defined-only lib/lib/libapproxm.so | awk '{ print $3 }' >seen
! grep -v -E '^(_ZGV[bcde]N[0-9]+v+_)?[a-z][a-z0-9_]*$|^approx_[a-z0-9_]+_array@@APPROXM_1$' seen || fault "unexpected symbols"
! grep -E '_array$' seen || fault "arrays without a version"
readelf -d lib/lib/libapproxm.so | grep -q 'soname: \[libapproxm.so.1\]' || fault "no soname"
exit $failed
