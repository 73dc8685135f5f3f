# A part of the domain is cheaper, and the command says by how much.
approxcc synth exp --type f16 --domain '[-4,0]' --max-error 1ulp --compare-whole --target x86-64-v3 --budget 20s \
    --generations 4 --progress none -o exp.approx >said || exit
sed -n 's/^  for all inputs: [0-9]* operations; this one takes 0\.[0-9]* of its .*/told/p' said
approxcc verify exp.approx --max-error 1ulp >/dev/null
