# A Kerberos realm of the test's own on loopback: MIT's KDC as whoever runs the test, at a port that
# is free, ended by its process id and by itself.

start_kdc() {
    local try port
    PATH=$PATH:/usr/sbin
    export KRB5_CONFIG=$T/krb5.conf KRB5_KDC_PROFILE=$T/kdc.conf KRB5CCNAME=FILE:$T/ticket
    export KRB5_KTNAME=FILE:$T/server.keytab
    for try in $(seq 1 20); do
        port=$((20000 + (RANDOM + try) % 20000))
        cat >"$T/krb5.conf" <<CONFIG
[libdefaults]
    default_realm = CONTOSO.EXAMPLE
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    rdns = false
    udp_preference_limit = 1
[realms]
    CONTOSO.EXAMPLE = {
        kdc = 127.0.0.1:$port
    }
[domain_realm]
    .contoso.example = CONTOSO.EXAMPLE
CONFIG
        cat >"$T/kdc.conf" <<CONFIG
[kdcdefaults]
    kdc_listen = 127.0.0.1:$port
    kdc_tcp_listen = 127.0.0.1:$port
[realms]
    CONTOSO.EXAMPLE = {
        database_name = $T/principal
        key_stash_file = $T/stash
        acl_file = $T/kadm5.acl
    }
[logging]
    kdc = FILE:$T/kdc.log
CONFIG
        if [ ! -e "$T/principal" ]; then
            kdb5_util create -s -r CONTOSO.EXAMPLE -P a-master-key >"$T/kdb.log" 2>&1
            {
                echo 'addprinc -pw a-long-password ada'
                echo 'addprinc -randkey HTTP/fs01.contoso.example'
                echo "ktadd -k $T/server.keytab HTTP/fs01.contoso.example"
            } | kadmin.local -r CONTOSO.EXAMPLE >>"$T/kdb.log" 2>&1
        fi
        timeout 590 krb5kdc -n -r CONTOSO.EXAMPLE >"$T/kdc.out" 2>&1 </dev/null 3>&- &
        KDC=$!
        for _ in $(seq 1 1200); do
            if grep -q 'commencing operation' "$T/kdc.log" 2>/dev/null; then
                return 0
            fi
            kill -0 "$KDC" 2>/dev/null || break
            sleep 0.05
        done
        kill "$KDC" 2>/dev/null || true
        wait "$KDC" 2>/dev/null || true
        KDC=
    done
    cat "$T/kdb.log" "$T/kdc.out" "$T/kdc.log"
    return 1
}

stop_kdc() {
    if [ -n "${KDC:-}" ]; then
        kill "$KDC" 2>/dev/null || true
        wait "$KDC" 2>/dev/null || true
        KDC=
    fi
}
