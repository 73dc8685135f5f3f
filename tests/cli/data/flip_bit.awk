# Flips bit `bit` (0: the last) of the significand of the f32 constant number `which` of a .approx text.
# Exits with 1 if there is no such constant.
/^program$/ { inside = 1 }
inside && $1 == "f32" && $4 == "const" && $5 ~ /^-?0x1/ && ++n == which {
    match($5, /p[-+0-9]*$/)
    power = substr($5, RSTART)
    head = substr($5, 1, RSTART - 1)
    dot = index(head, ".")
    digits = dot ? substr(head, dot + 1) : ""
    head = dot ? substr(head, 1, dot - 1) : head
    while (length(digits) < 6) digits = digits "0"
    fraction = 0 # 24 bits, the last of them always 0
    for (i = 1; i <= 6; i++) fraction = fraction * 16 + index("0123456789abcdef", substr(digits, i, 1)) - 1
    step = 2 * 2 ^ bit
    fraction += int(fraction / step) % 2 ? -step : step
    digits = ""
    for (i = 1; i <= 6; i++) { digits = substr("0123456789abcdef", fraction % 16 + 1, 1) digits; fraction = int(fraction / 16) }
    $5 = head "." digits power
    done = 1
}
{ print }
END { exit !done }
