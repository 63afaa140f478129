# shellcheck shell=bash
# curl as a browser: WeChat's user agent, a cookie jar, and no redirect is followed by itself.
: "${workspace?}"

readonly wechat_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 16_2 like Mac OS X) Mobile/15E148 MicroMessenger/8.0.31(0x18001f2e)"
jar=$workspace/jar

browse() {
    curl --silent --show-error --max-time 20 --noproxy '*' --cookie "$jar" --cookie-jar "$jar" --user-agent "$wechat_agent" \
        --cacert "${authority:-/etc/ssl/certs/ca-certificates.crt}" "$@"
}

# Requests a URL and checks the status. Prints the URL of the redirect, if any; the page is in $workspace/page.
# usage: visit STATUS [CURL-ARGUMENT …] URL
visit() {
    local expected=$1 status target
    shift
    read -r status target < <(browse --output "$workspace/page" --write-out '%{http_code} %{redirect_url}\n' "$@")
    [[ $status == "$expected" ]] || die "${*: -1} answers $status instead of $expected: $(head -c 300 "$workspace/page")"
    say "${target:-}"
}

page_has() { grep --quiet --fixed-strings "$1" "$workspace/page" || die "the page lacks $1: $(head -c 600 "$workspace/page")"; }

leads_to() { [[ $1 == "$2"* ]] || die "led to $1 instead of $2"; }

# An unknown fan opens the menu's link, registers, logs out, and is recognised when they come back.
# usage: log_in SITE PLATFORM NICKNAME
log_in() {
    local site=$1 platform=$2 nickname=$3 link
    rm --force "$jar"
    link=$(visit 303 "$site/")
    leads_to "$link" "$platform/connect/oauth2/authorize?"
    link=$(visit 302 --data-urlencode "nickname=$nickname" "$link")
    leads_to "$link" "$site/wechat/callback?code="
    link=$(visit 303 "$link")
    leads_to "$link" "$site/welcome"
    visit 200 "$link" >/dev/null
    page_has /register
    say "an unknown fan gets the registration prompt"

    link=$(visit 303 "$site/register?next=/")
    link=$(visit 302 --data "fan=$(chosen_fan)" --data decision=agree "$link")
    link=$(visit 303 "$link")
    leads_to "$link" "$site/"
    visit 200 "$site/" >/dev/null
    page_has "$nickname"
    say "registered, and signed in at the index"

    link=$(visit 303 --header "Origin: $site" --request POST "$site/logout")
    leads_to "$link" "$site/signed-out"
    link=$(visit 303 "$site/")
    link=$(visit 302 "$link")
    # shellcheck disable=SC2034 # For image-proxies.sh.
    callback=$link
    link=$(visit 303 "$link")
    leads_to "$link" "$site/"
    visit 200 "$site/" >/dev/null
    page_has "$nickname"
    say "logged out, came back silently and was recognised"
}

chosen_fan() { awk '$6 == "sandbox_fan" { print $7 }' "$jar"; }
