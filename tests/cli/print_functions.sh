approxcc --print-functions
