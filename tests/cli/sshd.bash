# OpenSSH's own server on loopback, as whoever runs the test, with keys of its own and a
# `powershell.exe` of the test's. Bounded: it is stopped by its process id, and ends by itself.

# Start one: $SSH_PORT, $T/key, $T/known_hosts (for the host FS01.contoso.example), $T/bin is first
# in PATH of what it starts. sshd takes no port 0, so ports are tried until one is free.
start_sshd() {
    local try port
    if [ "$(id -u)" -eq 0 ]; then
        mkdir -p /run/sshd # where a server of root puts itself; the package's own unit makes it
    fi
    mkdir -p "$T/bin"
    ssh-keygen -q -t ed25519 -N '' -f "$T/host_key"
    ssh-keygen -q -t ed25519 -N '' -f "$T/key"
    cp "$T/key.pub" "$T/authorized_keys"
    printf 'FS01.contoso.example %s\n' "$(cut -d' ' -f1,2 "$T/host_key.pub")" >"$T/known_hosts"
    for try in $(seq 1 20); do
        port=$((20000 + (RANDOM + try) % 20000))
        cat >"$T/sshd_config" <<CONFIG
ListenAddress 127.0.0.1
Port $port
HostKey $T/host_key
PidFile none
AuthorizedKeysFile $T/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
LogLevel INFO
SetEnv PATH=$T/bin:/usr/bin:/bin
CONFIG
        timeout 590 /usr/sbin/sshd -D -e -f "$T/sshd_config" 2>"$T/sshd.log" </dev/null 3>&- &
        SSHD=$!
        for _ in $(seq 1 1200); do
            if grep -q 'Server listening' "$T/sshd.log"; then
                export SSH_PORT=$port
                return 0
            fi
            if grep -q 'Cannot bind\|already in use' "$T/sshd.log"; then
                break
            fi
            sleep 0.05
        done
        kill "$SSHD" 2>/dev/null || true
        wait "$SSHD" 2>/dev/null || true
        SSHD=
    done
    cat "$T/sshd.log"
    return 1
}

stop_sshd() {
    if [ -n "${SSHD:-}" ]; then
        kill "$SSHD" 2>/dev/null || true
        wait "$SSHD" 2>/dev/null || true
        SSHD=
    fi
}

# Its `powershell.exe` is the shell of the served model world.
stand_in() {
    {
        printf '#!/bin/sh\nprintf "%%s\\n" "$*" >>"%s/words"\n' "$T"
        printf 'exec /usr/bin/python3 "%s/tests/cli/stand-in.py" ' "$PWD"
        printf 'http://127.0.0.1:%s/-/FS01.contoso.example/wsman\n' "$PORT"
    } >"$T/bin/powershell.exe"
    chmod +x "$T/bin/powershell.exe"
}

# The site file of the served world, but its server over SSH.
site_over_ssh() {
    sed -i -e "s|^\(  - { to: 'FS01.contoso.example\):5986'.*|\1:22', at: '127.0.0.1:$SSH_PORT' }|" \
        -e "s|^\(      host: 'FS01.*\)|\1\n      transport: ssh|" "$SITE"
    awk -v t="$T" -v user="$(id -un)" '
        /kind: windows.server/ { server = 1 }
        server && /login:/ {
            print "    login: { by: key, user: " user ", key: \"" t "/key\", known_hosts: \"" t "/known_hosts\" }"
            server = 0
            next
        }
        { print }' "$SITE" >"$SITE.new"
    mv "$SITE.new" "$SITE"
}
