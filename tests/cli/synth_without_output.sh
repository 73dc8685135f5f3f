# Without -o the program itself is printed, behind the summary, and can be judged.
approxcc synth exp2 --type f16 --domain '[0,1]' --max-error 1ulp --generations 2 >all || exit
sed -n '/^approx 1$/,$p' all >k.approx
approxcc verify k.approx | tail -n 1
