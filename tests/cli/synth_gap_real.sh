# A removable gap inside a real domain is filled by its limit, which programs come near to, as to any value.
approxcc synth '(1-cos(x))/x^2' --type real --domain '[-1,1]' --exact 0:0.5 --max-error 5digits --generations 6 -o gap.json \
    >/dev/null || echo "gap: $?"
grep -o '"error": {.*' gap.json | grep -o '"method": "[a-z]*"'
