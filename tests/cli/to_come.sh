# A subcommand of the design that is not there yet says so; it is no file for clang.
approxcc catalogue list 2>&1
