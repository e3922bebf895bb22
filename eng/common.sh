# Sourced by the scripts of this folder: strict mode, the repository's root as the working folder, plain messages.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# A build server that outlives the script would hold a CI job's pipes open.
if [ -n "${CI:-}" ]; then
  export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
fi

# build_all [arguments of dotnet build]: one compiler for all projects, which takes less than half the time; it is gone when they are built.
build_all() {
  local code=0
  UseSharedCompilation=true dotnet build Orrery.slnx -v q -nologo "$@" || code=$?
  [ -z "${CI:-}" ] || dotnet build-server shutdown --vbcscompiler > /dev/null || say "The compiler did not end; it does by itself."
  return "$code"
}

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$*"
  exit 1
}

require_dotnet() {
  command -v dotnet > /dev/null || die 'The .NET SDK 10 is needed and dotnet is not on PATH: https://dotnet.microsoft.com/download/dotnet/10.0'
}
