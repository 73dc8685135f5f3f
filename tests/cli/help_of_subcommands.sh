approxcc synth --help
approxcc verify --help
approxcc show --help
