# Wrong command lines of `catalogue`, and stores that cannot be used; the compiled-in catalogue works all the same.
run() { echo "\$ $*" >&2; "$@" >/dev/null; echo "exit $?" >&2; }
run approxcc catalogue
run approxcc catalogue lst
run approxcc catalogue add
run approxcc catalogue list --trustt
run approxcc catalogue list -o list.txt
run approxcc catalogue show nosuch
run approxcc catalogue remove nosuch
run approxcc catalogue remove 0123456789abcdef
run approxcc catalogue remove exp_f32_1ulp_x86-64-v3
run approxcc catalogue add nosuch.approx
run approxcc catalogue import nosuch.txt
run approxcc catalogue merge nosuch.db
printf 'store 1 llvm 19.1.7 budget soon\n' >head.txt
run approxcc catalogue import head.txt
printf 'store 1 llvm 19.1.7 budget 60\napprox 1\nname f\ntype f99\n' >row.txt
run approxcc catalogue import row.txt
printf 'approx 1\nname f\nexpression x+1\ntype f16\ndomain x [1, 2]\nprogram\nf16 x\nf16 y = add x x\nreturn y\n' >bare.approx
run approxcc catalogue import bare.approx

# No row of a file with a fault came in.
approxcc catalogue export

echo 'this is no store' >broken.db
head -c 5000 /dev/zero | tr '\0' '#' >>broken.db
run approxcc catalogue list --store broken.db
approxcc catalogue list --store broken.db 2>/dev/null | grep -c '^exp_f32_1ulp_x86-64-v3 '
approxcc catalogue show exp_f32_1ulp_x86-64-v3 --store broken.db 2>/dev/null | head -n 1
run approxcc catalogue add --store broken.db exp_f32_1ulp_x86-64-v3
run approxcc synth expf --max-error 1ulp --target x86-64-v3 --store broken.db -o e.c
grep -c 'float approx_expf(' e.c
mkdir folder.db
run approxcc catalogue list --store folder.db
run approxcc catalogue export --store broken.db -o out.txt
ls
