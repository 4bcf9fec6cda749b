# From an OCI runtime configuration as dockerd writes it to the one with which a container starts; and from a
# process that `docker exec` adds to the one that is started, where its container has got the settings.
# Source: OCI runtime specification, config.json (`process.env`, `mounts`, `hooks.prestart`).

# A process with this machine's settings; what the user has set wins.
def settled:
  (.env // [] | map(split("=")[0])) as $mine
  | .env += [$settings[0] | to_entries[] | select(IN(.key; $mine[]) | not) | "\(.key)=\(.value)"];

if has("args") then settled
elif $settings[0] != {} and .process and any(.mounts[]?; .destination == "/dev" and .type == "tmpfs") then
    .process |= settled
    | .mounts += [{destination: "/dev/drydock", type: "bind", source: "/drydock/settings", options: ["rbind", "ro"]}]
  else . end

# dockerd would start itself once more, only to be told where the network namespace is (see setkey.pl).
| if .hooks.prestart then
    .hooks.prestart |= map(if .args[0] == "libnetwork-setkey" then
        .path = "/usr/bin/perl" | .args = ["perl", "/usr/local/lib/drydock/setkey.pl"] + .args[1:]
      else . end)
  else . end
