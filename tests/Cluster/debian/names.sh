#!/usr/bin/env bash
# The cluster's names: dnsmasq answers from a hosts file that is written again whenever a Service or its endpoints change.
# Debian has no CoreDNS; here is what pods of one cluster ask for: addresses of Services, and of pods behind headless ones.
set -euo pipefail

hosts=/run/names
listing='{{range .items}}{{$of := printf "%s %s" .metadata.namespace .metadata.name}}'
listing+='{{if eq .kind "Service"}}service {{$of}} {{.spec.clusterIP}}{{"\n"}}{{else}}'
listing+='{{range .subsets}}{{range .addresses}}pod {{$of}} {{.ip}} {{.hostname}}{{"\n"}}{{end}}{{end}}{{end}}{{end}}'

write_hosts() {
  kubectl get services,endpoints --all-namespaces -o go-template="$listing" | awk '
    { domain = $3 "." $2 ".svc.cluster.local" }
    $1 == "service" { if ($4 == "None") headless[domain] = 1; else if ($4 ~ /^[0-9]/) print $4, domain }
    $1 == "pod" && headless[domain] { print $4, domain; if ($5 != "<no") print $4, $5 "." domain }
  ' >$hosts.new
  mv $hosts.new $hosts
  kill -HUP "$(cat /run/dnsmasq.pid)"
}

# A watch that ends is made again, and begins with all there is.
changes_of() {
  while :; do
    kubectl get "$1" --all-namespaces --watch -o name || true
    sleep 1
  done
}

{ changes_of services & changes_of endpoints & wait; } | while read -r _; do
  # A burst of changes is one change.
  while read -r -t 0.05 _; do :; done
  until write_hosts; do sleep 0.5; done
done
