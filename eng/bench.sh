#!/usr/bin/env bash
# Measures the server as a process of its own and prints the report; it also stands in artifacts/bench/report.md.
#   make bench                              everything, about ten minutes; the machine should do nothing else
#   eng/bench.sh --quick                    short and small: shows that everything runs
#   eng/bench.sh --database sqlite          or postgres, or both
#   eng/bench.sh --only search --only limits   parts of the names of sections or operations
. "$(dirname "$0")/common.sh"
require_dotnet

case " $* " in
  *" --database sqlite "* | *" --help "*) ;;
  *) compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || die 'PostgreSQL is not installed: run eng/install-test-needs.sh, or measure with --database sqlite.' ;;
esac

say 'Building ...'
for project in src/Orrery.Server bench/load; do
  dotnet build "$project" -c Release -v q -nologo >&2
done

exec dotnet artifacts/bin/Orrery.Load/release/Orrery.Load.dll "$@"
