# To be sourced: a mail server for tests (aiosmtpd), in the target folder.

need_mail_server() {
  local python="${CARGO_TARGET_DIR:-$PWD/target}/python-mail"
  if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
    install_packages "没有 python3（含 venv）。请安装后再试" python3-venv
  fi
  if ! "$python/bin/python" -c 'import aiosmtpd' 2>/dev/null; then
    python3 -m venv "$python"
    "$python/bin/pip" -q install 'aiosmtpd==1.4.*'
  fi
}
