# A subcommand of the design that is not there yet says so; it is no file for clang.
approxcc libm --target x86-64-v3 -o out 2>&1
