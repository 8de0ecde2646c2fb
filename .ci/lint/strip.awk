# Takes comments away and empties texts, so that the lints see code only. Line numbers stay.
# Reads one or more files; calls nothing: another program's rules use `code` and `here`.
FNR == 1 { in_comment = 0 }
{
    rest = $0
    code = ""
    while (rest != "") {
        if (in_comment) {
            at = index(rest, "*/")
            if (at == 0) {
                rest = ""
            } else {
                rest = substr(rest, at + 2)
                in_comment = 0
            }
            continue
        }
        if (!match(rest, /\/\*|"|'/)) {
            code = code rest
            break
        }
        mark = substr(rest, RSTART, 1)
        code = code substr(rest, 1, RSTART - 1)
        rest = substr(rest, RSTART + RLENGTH)
        if (mark == "/") {
            in_comment = 1
            continue
        }
        # A text: up to the next such quote that no backslash escapes.
        while (rest != "") {
            c = substr(rest, 1, 1)
            if (c == "\\") {
                rest = substr(rest, 3)
                continue
            }
            rest = substr(rest, 2)
            if (c == mark) {
                break
            }
        }
        code = code mark mark
    }
    here = FILENAME ":" FNR ": "
}
