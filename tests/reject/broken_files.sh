try() { approxcc "$@"; echo "exit $?" >&2; }
try verify none.approx
mkdir folder.approx
try verify folder.approx
: >empty.approx
try verify empty.approx
sed 's/fma/fmaa/' "$DATA/exp2_f32.approx" >op.approx
try verify op.approx
sed 's/^type f32/type f99/' "$DATA/exp2_f32.approx" >type.approx
try verify type.approx
grep -v '^return' "$DATA/exp2_f32.approx" >return.approx
try show return.approx
echo '(FPCore (x) :precision binary32 (exp x))' >nospec.fpcore
try verify nospec.fpcore
echo '(FPCore (x) :precision binary32 :pre (<= 0 x 1) :spec (exp x) (while (< x 1) ((y 0 x)) y))' >loop.fpcore
try verify loop.fpcore
