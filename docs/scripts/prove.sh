#!/bin/sh
# Verify exports in CI. Failures that may be temporary are retried; for others, the cause and the next command are printed.
# The exit code is that of the verification.
#
#   prove.sh NAMESPACE SERVICE...
set -eu
namespace=${1:?a namespace is needed}
shift
: "${1:?a Service is needed}"

for pause in 5 10 0; do
  code=0
  kubectl mesh-export verify "$@" --namespace "$namespace" >&2 || code=$?
  case $code in
  0) exit 0 ;;
  6) sleep "$pause" ;; # a cluster did not respond
  *) break ;;
  esac
done

kubectl mesh-export explain "$@" --namespace "$namespace" --output \
  'jsonpath={range .services[*].mirrors[?(@.cause)]}{.consumer}: {.cause.check}: {.cause.summary}{"\n"}{.cause.remedy.command}{"\n"}{end}' || true
exit "$code"
