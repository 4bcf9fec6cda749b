"""What a registry with a certificate and a login needs: three files in /keys, and six settings.

Source: CNCF Distribution 2.8, the registry's configuration; crypt(5), bcrypt.
"""

HOST, USER, PASSWORD = "registry.harbour", "pilot", "sesame"
# A certificate that has signed itself, and the line of a password file with bcrypt, as `htpasswd -Bbn` writes it.
KEYS = rf"""
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -keyout key.pem -out cert.pem \
  -subj /CN={HOST} -addext "subjectAltName=DNS:{HOST},IP:127.0.0.1" 2> /dev/null
perl -e 'print "{USER}:", crypt("{PASSWORD}", q($2y$05$) . join "", map {{ ("a".."z")[rand 26] }} 1..22), "\n"' > htpasswd
"""
SETTINGS = {
    "REGISTRY_HTTP_TLS_CERTIFICATE": "/keys/cert.pem",
    "REGISTRY_HTTP_TLS_KEY": "/keys/key.pem",
    "REGISTRY_AUTH": "htpasswd",
    "REGISTRY_AUTH_HTPASSWD_REALM": "Harbour",
    "REGISTRY_AUTH_HTPASSWD_PATH": "/keys/htpasswd",
    "REGISTRY_STORAGE_DELETE_ENABLED": "true",
}
