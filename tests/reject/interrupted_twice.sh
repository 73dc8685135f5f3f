# Two interrupts one right after the other, as timeout and make send them, are one: the message and the exit code are ours.
approxcc synth 'erf(x)*exp(sin(x))' --type f32 --domain '[-4,4]' --max-error 0.51ulp --budget 60s -o k.c &
sleep 1
kill -INT $! && sleep 0.02 && kill -INT $! 2>/dev/null
wait $!
echo "exit $?"
ls -A
