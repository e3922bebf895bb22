#!/usr/bin/env bash
# Pictures of every page in both themes and at both widths, on the state that the demo makes: artifacts/screenshots/*.png
. "$(dirname "$0")/common.sh"
require_dotnet

eng/install-test-needs.sh
folder=$PWD/artifacts/screenshots
rm -rf "$folder"
mkdir -p "$folder"
dotnet build tests/Orrery.Tests.Web -v q -nologo
ORRERY_SCREENSHOTS=$folder artifacts/bin/Orrery.Tests.Web/debug/Orrery.Tests.Web -noColor -noLogo -class '*EveryPageTests'
say "$(find "$folder" -name '*.png' | wc -l) pictures are in $folder."
