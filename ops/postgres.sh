# To be sourced: a PostgreSQL for tests and benchmarks, unless GRADTRAIL_TEST_POSTGRES_URL names one.

. ops/packages.sh

# The folder of initdb and pg_ctl, newest version first.
postgres_bin() {
  local folder
  for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr) \
    "$(dirname "$(command -v initdb 2>/dev/null || echo /nowhere/initdb)")"; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then
      echo "$folder"
      return
    fi
  done
}

# PostgreSQL refuses to run as root: there it runs as the system's postgres user.
as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then
    runuser -u postgres -- "$@"
  else
    "$@"
  fi
}

start_postgres() {
  local bin port
  bin=$GRADTRAIL_TEST_POSTGRES_BIN
  cluster=$(mktemp -d /tmp/gradtrail-pg.XXXXXX)
  if [ "$(id -u)" -eq 0 ]; then
    id postgres >/dev/null 2>&1 || useradd --system --no-create-home postgres
    chown postgres "$cluster"
  fi
  trap 'as_postgres "'"$bin"'/pg_ctl" -D "$cluster/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$cluster"' EXIT
  as_postgres "$bin/initdb" -D "$cluster/data" -U gradtrail -A trust -E UTF8 --no-locale >/dev/null
  for port in $(shuf -i 20000-40000 -n 20); do
    if as_postgres "$bin/pg_ctl" -D "$cluster/data" -l "$cluster/log" -w -t 60 \
      -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$cluster -c max_connections=300" start >/dev/null; then
      export GRADTRAIL_TEST_POSTGRES_URL="postgres://gradtrail@127.0.0.1:$port/postgres"
      return
    fi
  done
  echo "PostgreSQL 没有启动；日志：" >&2
  cat "$cluster/log" >&2
  exit 1
}

# Fault tests run servers of their own, which they kill.
need_postgres() {
  if [ -z "${GRADTRAIL_TEST_POSTGRES_BIN:-}" ]; then
    if [ -z "$(postgres_bin)" ]; then
      install_packages "没有 PostgreSQL。请安装 PostgreSQL 15 或更新版本，或设 GRADTRAIL_TEST_POSTGRES_URL" postgresql
    fi
    export GRADTRAIL_TEST_POSTGRES_BIN="$(postgres_bin)"
  fi
  if [ -z "${GRADTRAIL_TEST_POSTGRES_URL:-}" ]; then
    printf '\n== PostgreSQL\n'
    start_postgres
  fi
}
