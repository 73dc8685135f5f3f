# The examples of docs/formats.md: each .approx text and the FPCore are what the text says they are.
awk '/^    approx 1$/ { n++ } n && !/^    / && !/^$/ { open = 0 } /^    approx 1$/ { open = 1 }
     open { sub(/^    /, ""); print > ("example" n ".approx") }' "$DATA/../../../docs/formats.md"
ls
for example in example*.approx; do
    approxcc show "$example" --as text | approxcc verify - --points 100000 | grep '  bound'
done
sed -n '/^    (FPCore/,/^$/p' "$DATA/../../../docs/formats.md" >two.fpcore
approxcc verify two.fpcore --max-error 1digits | grep '  bound'
