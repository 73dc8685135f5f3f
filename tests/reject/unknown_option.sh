approxcc synth exp2 --max-eror 1ulp
