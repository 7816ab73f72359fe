#!/bin/sh
# Makes the certificates of the transport tests anew. They vouch for nothing outside these tests: the key is public.
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

openssl ecparam -name prime256v1 -genkey -noout -out "$scratch/ca-key.pem"
openssl ecparam -name prime256v1 -genkey -noout -out key.pem

# issue FILE NAME KEY EXTENSIONS SIGNER… ; valid for a century unless START and END are set
issue() {
  file=$1 name=$2 key=$3 extensions=$4
  shift 4
  openssl req -new -key "$key" -subj "/CN=$name" -out "$scratch/request.pem"
  printf '%s\n' "$extensions" > "$scratch/extensions"
  : > "$scratch/index"
  cat > "$scratch/config" <<END
[ca]
default_ca = test
[test]
database = $scratch/index
serial = $scratch/serial
policy = any
[any]
commonName = supplied
END
  openssl ca -batch -notext -md sha256 -rand_serial -config "$scratch/config" -extfile "$scratch/extensions" \
    -in "$scratch/request.pem" -out "$file" -outdir "$scratch" \
    -startdate "${START:-20250101000000Z}" -enddate "${END:-21250101000000Z}" "$@"
}

ca_key=$scratch/ca-key.pem
here="DNS:localhost,IP:127.0.0.1"
issue ca.pem "Plimsoll test authority" "$ca_key" "basicConstraints=critical,CA:TRUE" -selfsign -keyfile "$ca_key"
issue self-signed.pem localhost key.pem "subjectAltName=$here" -selfsign -keyfile key.pem
issue trusted.pem "Plimsoll test target" key.pem "subjectAltName=$here,DNS:plimsoll.test" -keyfile "$ca_key" -cert ca.pem
issue wrong-host.pem "Plimsoll test target" key.pem "subjectAltName=DNS:other.test" -keyfile "$ca_key" -cert ca.pem
START=20200101000000Z END=20210101000000Z
issue expired.pem "Plimsoll test target" key.pem "subjectAltName=$here" -keyfile "$ca_key" -cert ca.pem
