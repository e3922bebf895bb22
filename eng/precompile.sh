#!/usr/bin/env bash
# Compiles the server that was built for tests to machine code, into artifacts/precompiled: tests start it some 300 times, and most of what
# it does then is compiling itself. What did not change since is left as it is. Prints the path of the server's file.
. "$(dirname "$0")/common.sh"
require_dotnet

from=artifacts/bin/Orrery.Server/debug to=artifacts/precompiled
dotnet restore eng/precompile -v q >&2
known=$(dotnet msbuild eng/precompile -nologo -getProperty:Compiler -getProperty:Frameworks -getProperty:BundledNETCoreAppPackageVersion)
property() { sed -nE "s/.*\"$1\": \"(.*)\".*/\1/p" <<< "$known"; }
compiler=$(property Compiler) frameworks=$(property Frameworks) version=$(property BundledNETCoreAppPackageVersion)
[ -f "$compiler" ] || die "NuGet brought no compiler to $compiler."
[ -d "$frameworks/Microsoft.AspNetCore.App/$version" ] || die "The SDK's own framework, $version, is not in $frameworks."
chmod u+x "$compiler"

# What is as old as what was built is a copy of it; what was compiled is newer.
mkdir -p "$to"
cp -ru --preserve=timestamps "$from/." "$to"
changed=()
for file in "$from"/*.dll; do
  copy=$to/${file##*/}
  [ "$copy" -nt "$file" ] || changed+=("$copy")
done

if [ ${#changed[@]} -gt 0 ]; then
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  "$compiler" "${changed[@]}" --single-file-compilation --out-near-input -O --targetos:linux \
    -r "$from/*.dll" -r "$frameworks/Microsoft.NETCore.App/$version/*.dll" -r "$frameworks/Microsoft.AspNetCore.App/$version/*.dll" > "$log" 2>&1 || { tail -n 5 "$log" >&2; die 'The compiler failed.'; }
  for file in "${changed[@]}"; do
    mv "${file%.dll}.ni.dll" "$file"
  done
fi

echo "$PWD/$to/Orrery.Server.dll"
