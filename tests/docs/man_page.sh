# Every option that --help lists stands in the manual page.
page=$DATA/../../../docs/approxcc.1
for subcommand in synth verify show report bench libm catalogue; do
    approxcc $subcommand --help | awk '$1 ~ /^--?[a-z]/ { print $1 }' | while read -r option; do
        pattern=$(printf '%s' "$option" | sed 's/-/\\\\-/g')
        grep -q -e "$pattern\([^a-z]\|\$\)" "$page" || echo "docs/approxcc.1 lacks $option of $subcommand"
    done
done
