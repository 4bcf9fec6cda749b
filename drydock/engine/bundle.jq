# From an OCI runtime configuration as dockerd writes it to the one with which a container starts.
# Source: OCI runtime specification, config.json (`process.env`, `mounts`, `hooks.prestart`).

# This machine's settings; what the user has set wins.
(.process.env // [] | map(split("=")[0])) as $mine
| if $settings[0] != {} and .process and any(.mounts[]?; .destination == "/dev" and .type == "tmpfs") then
    .process.env += [$settings[0] | to_entries[] | select(IN(.key; $mine[]) | not) | "\(.key)=\(.value)"]
    | .mounts += [{destination: "/dev/drydock", type: "bind", source: "/drydock/settings", options: ["rbind", "ro"]}]
  else . end

# dockerd would start itself once more, only to be told where the network namespace is (see setkey.pl).
| if .hooks.prestart then
    .hooks.prestart |= map(if .args[0] == "libnetwork-setkey" then
        .path = "/usr/bin/perl" | .args = ["perl", "/usr/local/lib/drydock/setkey.pl"] + .args[1:]
      else . end)
  else . end
