#!/bin/sh
# Undo an export, but only if nothing in the other clusters is seen to use its mirrors. Otherwise, exits with 3 and prints
# the reason.
#
#   retire.sh NAMESPACE SERVICE
set -eu
namespace=${1:?a namespace is needed} service=${2:?a Service is needed}

code=0
findings=$(kubectl mesh-export undo "$service" --namespace "$namespace" --dry-run=server \
  --output 'jsonpath={range .findings[*]}{.check}: {.summary}{"\n"}{end}') || code=$?
case $code in
0) exit 0 ;; # not exported
5) ;;        # there is something to undo
*) exit "$code" ;;
esac

case $findings in
*mirror-in-use:* | *mirror-users-unseen:*)
  printf '%s\n' "$findings" >&2
  exit 3
  ;;
esac
kubectl mesh-export undo "$service" --namespace "$namespace" --yes
