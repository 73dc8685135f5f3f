approxcc synth --help
approxcc verify --help
approxcc show --help
approxcc bench --help
approxcc libm --help
approxcc catalogue --help
