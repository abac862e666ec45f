# To be sourced: installs Chromium and what else the pages are walked with, and builds the program. Sets `target`, the folder
# of what is built, and `browser`, that of what the browser needs.

. ops/packages.sh

target=${CARGO_TARGET_DIR:-$PWD/target}
browser=$target/browser

missing=()
command -v chromium >/dev/null || missing+=(chromium)
# Without its characters every Chinese one is the same box.
dpkg-query -W fonts-noto-cjk >/dev/null 2>&1 || missing+=(fonts-noto-cjk)
PATH=$PATH:/usr/sbin command -v nginx >/dev/null || missing+=(nginx)
command -v openssl >/dev/null || missing+=(openssl)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
if [ ${#missing[@]} -gt 0 ]; then install_packages "请安装后再试：${missing[*]}" "${missing[@]}"; fi

if ! cmp -s ops/browser/package-lock.json "$browser/package-lock.json"; then
  mkdir -p "$browser"
  cp ops/browser/package.json "$browser"
  cp ops/browser/package-lock.json "$browser"
  # That the lock is there says that what it names is there, too.
  (cd "$browser" && npm ci --no-audit --no-fund --silent) || { rm "$browser/package-lock.json"; exit 1; }
fi
cargo build --quiet
