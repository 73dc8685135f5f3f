approxcc --version
