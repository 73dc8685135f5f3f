# The same seed gives the same program, however many threads there are; the files differ in the
# command that they record, and in times.
synth="approxcc synth sin --type f32 --domain [0.25,0.5] --max-error 1ulp --target x86-64-v3 --generations 4 --seed 7"
$synth --threads 1 -o one.approx >/dev/null || exit
$synth --threads 2 -o two.approx >/dev/null || exit
$synth --threads 1 -o again.approx >/dev/null || exit
for file in one two again; do grep -v -e '^command' -e '^cost' $file.approx >$file.text; done
cmp one.text two.text && cmp one.text again.text && echo 'the same program'
