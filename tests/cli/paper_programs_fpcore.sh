# The same as FPCores with :spec.
approxcc verify "$DATA/paper.fpcore" -o paper.json >out || cat out
awk -f "$DATA/json_paths.awk" paper.json |
    awk '$1 == ".name" { name = $0; sub("^.name ", "", name) } $1 == ".error.max_rel" { printf "%s relative %.2e\n", name, $2 }'
