# A table of times that is none is refused before the search begins, and left as it is.
printf 'approx-measurements 1\nprogram 12 took long\n' >times.txt
approxcc synth exp --type f16 --domain '[0,1]' --measurements times.txt -o a.approx
echo $?
cat times.txt
approxcc synth exp --type f16 --domain '[0,1]' --measurements . -o a.approx
echo $?
