# Shared by ./cellway, ./test and ./bench. Sourced, never run.

require_sdk() {
  if ! command -v dotnet >/dev/null; then
    echo "The .NET 10 SDK is missing: install it (https://dotnet.microsoft.com/download/dotnet/10.0) and see that dotnet is on the PATH." >&2
    exit 1
  fi
  # The programs we start look for the runtime here; the dotnet command finds it by itself.
  if [ -z "${DOTNET_ROOT:-}" ]; then
    DOTNET_ROOT="$(dirname "$(readlink -f "$(command -v dotnet)")")"
    export DOTNET_ROOT
  fi
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
}

# build_release PROJECT: quiet when all is well, and quick when nothing has changed since the last build.
build_release() {
  local stamp="artifacts/.built-$(basename "$1")" log
  if [ -e "$stamp" ] && [ -z "$(find src proto tests benchmarks ./*.props ./*.targets global.json -newer "$stamp" -type f ! -name packages.lock.json -print -quit 2>/dev/null)" ]; then
    return
  fi
  mkdir -p artifacts
  log=$(mktemp)
  [ -t 2 ] && echo "building $(basename "$1") …" >&2
  if ! dotnet build "$1" --configuration Release --verbosity quiet --nologo >"$log" 2>&1; then
    grep -E "error|warn" "$log" | sort -u >&2 || cat "$log" >&2
    rm -f "$log"
    echo "The build failed." >&2
    exit 1
  fi
  rm -f "$log"
  touch "$stamp"
}

# need_programs PROGRAM:PACKAGE …: installs Debian packages when it may, says what is missing when it may not.
need_programs() {
  local missing=() pair
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing ${missing[*]} …"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}"; } >/dev/null 2>&1 && return
  fi
  echo "missing: ${missing[*]} (apt-get install ${missing[*]})" >&2
  [ "${CI:-}" != true ] # on CI a missing tool is a failure, elsewhere its tests skip and say so
}
