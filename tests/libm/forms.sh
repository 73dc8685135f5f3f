# Scalar, array and vector forms of the library for this machine have the same bits; the judge, too, is content with the code.
machine=$(approxcc --print-targets | sed -n 's/ .*(native)//p')
approxcc libm --target "$machine" -o lib 2>/dev/null
"$SOURCE/list_forms" lib/lib/libapproxm.a >functions.inc
case $machine in x86*) march=$machine ;; *) march=native ;; esac
gcc -O2 -march="$march" -Wall -Wextra -Werror -I. -Ilib/include "$SOURCE/forms.c" -o forms lib/lib/libapproxm.a -lm
./forms >static.hashes
gcc -O2 -march="$march" -I. -Ilib/include "$SOURCE/forms.c" -o forms_shared -Llib/lib -Wl,-rpath,"$PWD/lib/lib" -lapproxm -lm
./forms_shared >shared.hashes
cmp static.hashes shared.hashes
approxcc libm expf --target "$machine" --verify --stride 40009 -o judged 2>/dev/null
