#!/usr/bin/env bash
# Installs what the tests need, and only what is missing, saying what it installs. Nothing it installs is left running.
#
#   scripts/setup.sh              browsers, DNS servers and the tools around them
#   scripts/setup.sh --browsers   the browsers and what drives them only
#
# Exit status: 0 everything is there, 1 something is missing and may not be installed here (the line to run is
# printed), 2 wrong usage.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# package:what it is for:a command that shows it is there, whoever installed it
browser_packages=(
  'chromium:the extension in Chromium:chromium'
  'firefox-esr:the extension in Firefox:firefox-esr'
  'libnss3-tools:certutil, to make the browsers trust the test authority:certutil'
  'xvfb:a screen for browser windows where there is none:Xvfb'
)
server_packages=(
  'bind9:the name server named:named'
  'bind9-utils:dnssec-signzone and dnssec-keygen:dnssec-signzone'
  'bind9-dnsutils:delv and dig, second opinions:delv'
  'unbound:the validating resolver with its own DNS over HTTPS:unbound'
  'nsd:a second name server:nsd'
  'ldnsutils:ldns-signzone, a second signer:ldns-signzone'
  'gnutls-bin:danetool, a second opinion on TLSA records:danetool'
  'openssl:certificates and a TLS server by other hands:openssl'
  'gnupg:keys read by other hands:gpg'
  'dirmngr:GnuPG that looks for keys in DNS:dirmngr'
  'postfix:a mail server, and a sender that follows DANE:postconf'
  'prosody:an XMPP server:prosody'
)
# The services those packages would start, at once and at every boot: the tests start servers of their own.
services_of() {
  case "$1" in
    bind9) echo 'named bind9 named-resolvconf' ;;
    unbound) echo 'unbound unbound-resolvconf' ;;
    nsd) echo 'nsd' ;;
    postfix) echo 'postfix postfix@-' ;;
    prosody) echo 'prosody' ;;
  esac
}

usage() {
  echo 'usage: scripts/setup.sh [--browsers]'
}

browsers_only=no
for argument in "$@"; do
  case "$argument" in
    --browsers) browsers_only=yes ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done

wanted=("${browser_packages[@]}")
[ "$browsers_only" = yes ] || wanted+=("${server_packages[@]}")

# Servers live in /usr/sbin, which is not in everybody's path.
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

missing=()
missing_text=()
for entry in "${wanted[@]}"; do
  IFS=: read -r package purpose command <<<"$entry"
  if ! command -v "$command" >/dev/null 2>&1; then
    missing+=("$package")
    missing_text+=("  $package: $purpose")
  fi
done

if [ "${#missing[@]}" -eq 0 ]; then
  echo 'setup: everything is installed.'
  exit 0
fi

echo 'setup: missing on this machine:'
printf '%s\n' "${missing_text[@]}"

if ! command -v apt-get >/dev/null 2>&1; then
  if [ "$browsers_only" = yes ]; then
    for browser in chromium chromium-browser firefox firefox-esr; do
      if command -v "$browser" >/dev/null 2>&1; then
        echo "setup: no apt-get here; going on with $browser, which is installed."
        exit 0
      fi
    done
    echo "setup: no apt-get here; downloading Playwright's own Chromium into its cache in your home folder."
    if npx --no-install playwright-core install chromium; then exit 0; fi
    echo 'setup: the download failed. Once the network is there, run:' >&2
    echo '  npx playwright-core install chromium' >&2
    exit 1
  fi
  echo 'setup: no apt-get here. Install what the following packages of Debian contain, by the means of this system:' >&2
  echo "  ${missing[*]}" >&2
  exit 1
fi

install_line="apt-get update && apt-get install --yes --no-install-recommends ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
  else
    echo 'setup: installing needs root, which I am not. Run this line, then try again:' >&2
    echo "  sudo sh -c '$install_line'" >&2
    exit 1
  fi
fi

# Debian asks policy-rc.d before a package starts its service (invoke-rc.d(8)). The one put here says no to the
# services of what is being installed and to nothing else, so that no other service is held down meanwhile. Where
# the machine has a policy of its own, that one stands.
policy=/usr/sbin/policy-rc.d
new_services=()
for package in "${missing[@]}"; do
  read -r -a names <<<"$(services_of "$package")"
  new_services+=("${names[@]}")
done
put_policy=no
remove_policy() {
  if [ "$put_policy" = yes ]; then "${as_root[@]}" rm -f "$policy"; fi
}
trap remove_policy EXIT
trap 'exit 130' INT TERM
if [ "${#new_services[@]}" -gt 0 ] && [ ! -e "$policy" ]; then
  put_policy=yes
  pattern="$(printf '%s|%s.service|' $(printf '%s\n' "${new_services[@]}" | sed 'p'))"
  "${as_root[@]}" tee "$policy" >/dev/null <<POLICY
#!/bin/sh
# Put here by the set-up of Danelaw's tests while it installs; removed when it is done.
for word in "\$@"; do
  case "\$word" in ${pattern%|}) exit 101 ;; esac
done
exit 0
POLICY
  "${as_root[@]}" chmod 755 "$policy"
fi

echo "setup: installing (${as_root[*]:+${as_root[*]} }$install_line)"
run_apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0 "$@" </dev/null
}
if ! { run_apt update && run_apt install --yes --no-install-recommends "${missing[@]}"; }; then
  echo 'setup: the installation failed. To try it by hand:' >&2
  echo "  ${as_root[*]:+sudo }sh -c '$install_line'" >&2
  exit 1
fi

# Not started now, nor at the next boot.
if command -v systemctl >/dev/null 2>&1 && [ "${#new_services[@]}" -gt 0 ]; then
  for service in "${new_services[@]}"; do
    "${as_root[@]}" systemctl disable --quiet "$service" 2>/dev/null || true
  done
fi
echo 'setup: done.'
