# Cores are compiled for the processor that C files of the same command are compiled for, whatever it is called.
echo '(FPCore e (x) :precision binary32 (exp x))' >e.fpcore
echo 'float expf(float);
float e(float x) { return expf(x); }' >c.c
made() { # OPTION ...: the target of the core's program; what the driver chose for the calls of the C file
    approxcc -fno-approx-store -fapprox-max-error=1 -emit-llvm -S "$@" e.fpcore 2>&1 && sed -n 's/.*"target-cpu"="\([^"]*\)".*/\1/p' e.ll | sort -u | tr '\n' ' '
    approxcc -fno-approx-store -fapprox-max-error=1 -O2 -Rpass=approx "$@" -S -o /dev/null c.c 2>&1 | sed -n 's/.*exp_f32_1ulp_\(x86-64-v.\|aarch64\).*/\1/p'
}
for options in -march=haswell -march=znver3 -march=nehalem -march=skylake-avx512 '-mavx2 -mfma -mf16c' '-march=x86-64-v3 -mno-fma' '-target aarch64-linux-gnu -mcpu=cortex-a72' \
    '-march=x86-64-v3 -mllvm -x86-asm-syntax=intel'; do
    # shellcheck disable=SC2086
    echo "$options: $(made $options)"
done
made --target=riscv64-linux-gnu
approxcc -march=haswel -c e.fpcore 2>&1 | head -n 1
