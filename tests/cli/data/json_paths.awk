# Checks JSON texts, one per line, and prints each value behind its path:
#   {"cost": {"ops": 5}, "specials": [{"x": "0x0p+0"}]}   ==>   .cost.ops 5   .specials[0].x "0x0p+0"
# Exits with 1 at the first fault.
function fault(what) { printf "line %d, column %d: %s\n", NR, at, what; failed = 1; exit 1 }
function blanks() { while (substr(text, at, 1) ~ /[ \t]/) at++ }
function expect(c) { blanks(); if (substr(text, at, 1) != c) fault("expected " c); at++ }
function string(    rest) {
    rest = substr(text, at)
    if (!match(rest, /^"([^"\\]|\\["\\\/bfnrt]|\\u[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F])*"/))
        fault("expected a string")
    at += RLENGTH
    return substr(rest, 1, RLENGTH)
}
function value(path,    c, key, i, rest) {
    blanks()
    c = substr(text, at, 1)
    if (c == "{") {
        at++; blanks()
        if (substr(text, at, 1) == "}") { at++; return }
        for (;;) {
            blanks(); key = string(); expect(":")
            value(path "." substr(key, 2, length(key) - 2))
            blanks(); c = substr(text, at++, 1)
            if (c == "}") return
            if (c != ",") fault("expected , or }")
        }
    }
    if (c == "[") {
        at++; blanks()
        if (substr(text, at, 1) == "]") { at++; return }
        for (i = 0;; i++) {
            value(path "[" i "]")
            blanks(); c = substr(text, at++, 1)
            if (c == "]") return
            if (c != ",") fault("expected , or ]")
        }
    }
    if (c == "\"") { print path, string(); return }
    rest = substr(text, at)
    if (!match(rest, /^(true|false|null|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?)/))
        fault("expected a value")
    at += RLENGTH
    print path, substr(rest, 1, RLENGTH)
}
{ text = $0; at = 1; value(""); blanks(); if (at <= length(text)) fault("text behind the value") }
