# A Docker daemon of our own, in a network namespace of its own: its bridges and firewall rules are gone when it is. Sourced by scripts/docker-test.

docker_home=$PWD/artifacts/docker
docker_space=cellway-docker-$$
docker_socket=/tmp/cellway-docker-$$.sock # a path in artifacts may be too long for a socket
docker_pid=

d() { /usr/bin/docker --host "unix://$docker_socket" "$@"; }

start_docker() {
  mkdir -p "$docker_home"
  ip netns add "$docker_space" || return 1
  ip -n "$docker_space" link set lo up
  docker_data=$(mktemp -d "$docker_home/daemon.XXXXXX")
  nsenter --net="/run/netns/$docker_space" dockerd --host "unix://$docker_socket" --data-root "$docker_data/data" --exec-root "$docker_data/exec" \
    --pidfile "$docker_data/pid" --bip 172.17.0.1/16 --log-level warn >"$docker_home/dockerd.log" 2>&1 &
  docker_pid=$!
  local i
  for i in $(seq 300); do
    d version >/dev/null 2>&1 && break
    kill -0 $docker_pid 2>/dev/null || { tail -n 5 "$docker_home/dockerd.log" >&2; return 1; }
    sleep 0.2
  done
  # Docker keeps its networks apart; these are to be an internet, routed by the host.
  local one other
  for one in 10.91.0.0/16 172.17.0.0/16; do
    for other in 10.91.0.0/16 172.17.0.0/16; do
      ip netns exec "$docker_space" iptables -I DOCKER-USER -s $one -d $other -j ACCEPT
    done
  done
}

stop_docker() {
  [ -n "$docker_pid" ] || return 0
  d ps --all --quiet | xargs -r /usr/bin/docker --host "unix://$docker_socket" rm --force --volumes >/dev/null 2>&1
  kill "$docker_pid" 2>/dev/null && wait "$docker_pid" 2>/dev/null
  ip netns delete "$docker_space" 2>/dev/null
  rm -rf "$docker_data" "$docker_socket"
}

# The base image: Debian 13 made with debootstrap and kept, because no registry is asked.
import_base() {
  local tar=$docker_home/base-trixie.tar tree
  if [ ! -e "$tar" ]; then
    tree=$(mktemp -d "$docker_home/base.XXXXXX")
    debootstrap --variant=minbase trixie "$tree" >"$docker_home/debootstrap.log" 2>&1 || { tail -n 5 "$docker_home/debootstrap.log" >&2; return 1; }
    tar --one-file-system -C "$tree" -cf "$tar.new" . && mv "$tar.new" "$tar"
    rm -rf "$tree"
  fi
  d import "$tar" cellway-base:trixie >/dev/null
}
