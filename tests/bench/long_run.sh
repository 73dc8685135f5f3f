#!/bin/sh
# What a long run over the reals takes: fits per second on one thread and on two, their ratio, the most memory, and what
# checkpoints cost. Prints numbers only.
#
# Usage: long_run.sh APPROXCC [SECONDS [FUNCTION [options of synth ...]]]      default: 30 exp2 --domain (0,1]
#
# Seconds are of each of the three runs. The rate is that of the second half, when the seeds are through. On a machine that others
# use too, fits per second of processor time (in brackets) tell more.
set -u
approxcc=$1
seconds=${2:-30}
what=${3:-exp2}
[ $# -ge 3 ] && shift 3 || shift $#
[ $# -gt 0 ] || set -- --domain '(0,1]'
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Prints the last value of a number in the lines of progress.
last() { grep -o "\"$1\": [0-9.]*" "$scratch/progress" | tail -n 1 | sed 's/.* //'; }

run() { # NAME THREADS [options]: sets rate, per_cpu, memory
    name=$1 threads=$2
    shift 2
    "$approxcc" synth "$what" --type real --front --seed 1 --budget "${seconds}s" --progress json --threads "$threads" \
        -o "$scratch/front.json" "$@" >/dev/null 2>"$scratch/progress" &
    pid=$!
    memory=0 ticks=0
    while kill -0 $pid 2>/dev/null; do
        now=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" 2>/dev/null)
        [ -n "$now" ] && memory=$now
        # Until the search is through and the judge begins.
        now=$(awk '{ print $14 + $15 }' "/proc/$pid/stat" 2>/dev/null)
        [ -n "$now" ] && [ "$(date +%s)" -lt $((started + seconds)) ] && ticks=$now
        sleep 0.2
    done
    wait $pid
    rate=$(awk -v half="$seconds" '
        { match($0, /"fits": [0-9]+/); fits = substr($0, RSTART + 8, RLENGTH - 8) + 0
          match($0, /"seconds": [0-9.]+/); seconds = substr($0, RSTART + 11, RLENGTH - 11) + 0
          if (seconds < half / 2) { fits0 = fits; seconds0 = seconds } }
        END { printf "%.0f", (seconds > seconds0 ? (fits - fits0) / (seconds - seconds0) : 0) }' "$scratch/progress")
    per_cpu=$(awk -v fits="$(last fits)" -v ticks="$ticks" -v hz="$(getconf CLK_TCK)" \
        'BEGIN { printf "%.0f", (ticks > 0 ? fits / ticks * hz : 0) }')
    printf '%-28s %8s fits/s  (%s per processor second)  %4d generations  %5d MiB\n' "$name" "$rate" "$per_cpu" \
        "$(last generation)" $((memory / 1024))
}

started=$(date +%s)
run '1 thread' 1 "$@"
one=$rate
started=$(date +%s)
run '2 threads' 2 "$@"
two=$rate
started=$(date +%s)
run '2 threads, with checkpoints' 2 --checkpoint "$scratch/run.ckpt" "$@"
awk -v one="$one" -v two="$two" 'BEGIN { printf "two threads make %.2f times as many\n", (one > 0 ? two / one : 0) }'
printf 'the checkpoint has %d KiB\n' $(($(wc -c <"$scratch/run.ckpt") / 1024))
