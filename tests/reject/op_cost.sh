# Operators and their weights: what cannot be is one sentence each.
synth() { approxcc synth exp2 --type real --domain '[0,1]' --max-error 3digits --budget 1s "$@"; echo "exit $?" >&2; }
for weights in '/' '/=' '/=0' '/=-5' '/=5%' '/=1e9' 'nan' '/=nan' 'sine=2' 'pi=2' '/=2,/=3' '' ',' 'fm=2'; do
    synth --op-cost "$weights"
done
synth --op-cost '/=5' --minimize latency
synth --ops 'plus'
synth --ops '+,-,lookup'
synth --ops ''
