approxcc bench expf --against libfoo
echo $?
approxcc bench --calibrate --target x86-65
echo $?
approxcc bench /nonexistent.approx
echo $?
