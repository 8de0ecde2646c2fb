#!/usr/bin/env bats
# The C# within the PowerShell scripts: compiled as Windows PowerShell's compiler would (C# 5), and run by Mono against a stand-in
# for kernel32.dll, a volume with whatever names, times and journals may hold.

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    command -v mcs >/dev/null && command -v mono >/dev/null || return 0
    cc -std=c17 -Wall -Wextra -Werror -shared -fPIC -o "$BATS_FILE_TMPDIR/kernel32.so" tests/lint/csharp/kernel32.c || return 1
    for part in windows/scripts/native windows/scripts/volume filesync/scripts/files; do
        awk "/^Add-Type/ { on = 1; next } /^'@/ { on = 0 } on" "stdlib/$part.ps1" |
            sed "s|\"kernel32.dll\"|\"$BATS_FILE_TMPDIR/kernel32.so\"|" >"$BATS_FILE_TMPDIR/${part##*/}.cs"
    done
    # CS0649: fields that only Windows fills.
    mcs -langversion:5 -warn:4 -warnaserror -nowarn:0649 -out:"$BATS_FILE_TMPDIR/harness.exe" \
        "$BATS_FILE_TMPDIR"/*.cs tests/lint/csharp/harness.cs
}

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    command -v mcs >/dev/null && command -v mono >/dev/null || skip "mono-mcs is not installed"
}

says() { # WORDS... <EXPECTED
    diff -u - <(LC_ALL=C.UTF-8 mono "$BATS_FILE_TMPDIR/harness.exe" "$@")
}

@test "every script's C# is among those that are compiled here" {
    run grep -l '^Add-Type' stdlib/*/scripts/*.ps1
    [ "${#lines[@]}" -eq 3 ]
}

@test "a list tells all files in order, whatever their names and times are" {
    says manifest 'D:\T' '' 100 <<'END'
x 8 132223104000000000 $RECYCLE.BIN\$R1.doc
u 5 132223104000000000 a\odd
e 4 132223104000000000 a\secret
a 9 132223104000000000 a\twice
x 3 132223104000000000 a\x.TMP
f 6 132223104000000000 A b\one
a 20 0 a.txt
f 10 132223104000000000 b.txt
x 1 132223104000000000 DESKTOP.INI
u 7 132223104000000000 h%D83D.bin
r 0 132223104000000000 link
u 0 0 Locked
t 900 132223104000000000 stub.mov
u 1 132223104000000000 Twin.doc
x 1 132223104000000000 ~$lock
through the end, 15 lines
END
}

@test "ranges of a list leave nothing out and tell nothing twice" {
    whole=$(mono "$BATS_FILE_TMPDIR/harness.exe" manifest 'D:\T' '' 100 | grep -v '^through')
    for size in 1 2 3 5 7 11; do
        after=
        parts=
        for _ in $(seq 30); do
            range=$(mono "$BATS_FILE_TMPDIR/harness.exe" manifest 'D:\T' "$after" "$size")
            parts="$parts$(grep -v '^through' <<<"$range" || true)"$'\n'
            [[ "$range" == *"through the end"* ]] && break
            after=$(sed -n "s/^through '\(.*\)', .*/\1/p" <<<"$range")
        done
        diff <(printf '%s\n' "$whole") <(printf '%s' "$parts" | sed '/^$/d')
    done
}

@test "names sort as the other side sorts them" {
    says order tests/data/manifest-order.txt <<'END'
52 names
END
}

@test "what sync never uploads is found, and what can't be read is not nothing" {
    says left 'D:\T' 20 <<'END'
ads 20 1601-01-01 a.txt
name 1 2020-01-01 DESKTOP.INI
reparse 0 2020-01-01 link
name 1 2020-01-01 ~$lock
name 8 2020-01-01 $RECYCLE.BIN\$R1.doc
name 3 2020-01-01 a\x.TMP
efs 4 2020-01-01 a\secret
links 9 2020-01-01 a\twice
unread D:\T\Locked
unread D:\T\a\odd
8 files, 46 bytes, 2 unread
END
    says left 'D:\T' 2 <<'END'
ads 20 1601-01-01 a.txt
name 1 2020-01-01 DESKTOP.INI
unread D:\T\Locked
unread D:\T\a\odd
8 files, 46 bytes, 2 unread
END
}

@test "a scan covers the volume where the folder really lies" {
    says scan 'D:\T' <<'END'
tiered 900 D:\T\stub.mov
tiered 4096 D:\Moved\stub.iso
unread D:\T\Locked
2 of 15 files tiered, 4996 bytes missing, 78 allocated here
room 1099511627776 of 2199023255552
END
    diff <(mono "$BATS_FILE_TMPDIR/harness.exe" scan 'D:\T') <(mono "$BATS_FILE_TMPDIR/harness.exe" scan 'C:\Link')
}

@test "a journal is read to its end, from the volume where the folder really lies" {
    says journal 'C:\Link' 180 10 <<'END'
journal 7 from 100 to 580 at \\?\Volume{1}\T
changed 180 0x80000001 z
changed 340 0x80002000 z
changed 420 0x80000200 (a folder that is gone)\z
complete: True
tagged D:\T\stub.mov
complete: True
END
    says journal 'D:\T' 100 2 <<'END'
journal 7 from 100 to 580 at \\?\Volume{1}\T
changed 100 0x80000001 z
changed 180 0x80000001 z
complete: False
tagged D:\T\stub.mov
complete: True
END
}

@test "what changed since a time counts a folder that was moved in with all its files" {
    says since 'C:\Link' 0 10 <<'END'
10 b.txt
6 A b\one
complete: True
END
    # More than can be told, and a journal that is younger than the time.
    says since 'D:\T' 0 1 <<'END'
10 b.txt
complete: False
END
    says since 'D:\T' -100 10 <<'END'
10 b.txt
6 A b\one
complete: False
END
}
