# A hundred thousand levels, in every way that an expression can nest (as many as fit on a command line).
many() { awk -v n="$2" -v text="$1" 'BEGIN { for (i = 0; i < n; i++) printf "%s", text }'; }
try() { approxcc "$@" 2>&1 | cut -c 1-150; }
try synth "$(many '(' 100000)x" --type f32 --domain '[0,1]'
try synth "0$(many '-' 100000)x" --type f32 --domain '[0,1]'
try synth "$(many '!' 100000)x ? 1 : 2" --type f32 --domain '[0,1]'
try synth "$(many 'x^' 60000)x" --type f32 --domain '[0,1]'
try synth "$(many 'x<1?' 25000)x" --type f32 --domain '[0,1]'
try synth "$(many 'sin(' 30000)x" --type f32 --domain '[0,1]'
try synth "$(many 'x+' 60000)x" --type f32 --domain '[0,1]'
try synth exp2 --type f32 --domain "[$(many '(' 100000)0,1]"
{ echo '(FPCore (x) :spec x'; many '(- ' 100000; } >deep.fpcore
try verify deep.fpcore
{ printf 'approx 1\ntype f32\ndomain x [0, 1]\nexpression '; many '(' 1000; printf '\nprogram\nf32 x\nreturn x\n'; } >deep.approx
try verify deep.approx
{ printf 'approx 1\ntype f32\ndomain x [0, 1]\nexpression '; many '(' 100000; printf '\nprogram\nf32 x\nreturn x\n'; } >deep.approx
try verify deep.approx
