approxcc --help
