# To be sourced: installs Debian's packages where something that is needed is missing. Services that come along stay off.

# install_packages HINT PACKAGE...: the hint is for who has to do it by hand.
install_packages() {
  local hint=$1 sudo=()
  shift
  if [ "$(id -u)" -ne 0 ]; then sudo=(sudo); fi
  if ! command -v apt-get >/dev/null || ! { [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null; }; then
    echo "$hint" >&2
    exit 1
  fi
  printf '\n== installing %s\n' "$*"
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
